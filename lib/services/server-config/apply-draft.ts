import "server-only";
import {
  type ConfigChange,
  type ConfigDocument,
  ConfigDocumentError,
  editConfig,
  parseConfigDocument,
  readField,
} from "#lib/domain/vcd/config-document.ts";
import type { ConfigField } from "#lib/domain/vcd/config-fields.ts";
import { type ConfigProblem, findLaterFields } from "#lib/domain/vcd/config-problems.ts";
import { fillHiddenSecrets, hasToken } from "#lib/domain/vcd/hidden-secrets.ts";
import { createConfigDocument } from "#lib/domain/vcd/new-config.ts";
import { db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { type ConfigDraft, type ConfigTexts, readConfigTexts } from "#lib/schemas/server-config.ts";
import { toCseVersion } from "../cse-versions/read-cse-versions.ts";
import { readRevision } from "./read-revision.ts";

export interface AppliedDraft {
  document: ConfigDocument;
  /** Of what was typed; what is wrong with the document is another matter. */
  problems: ConfigProblem[];
}

/**
 * Makes of a configuration what somebody wants it to be.
 *
 * @param holding what holds, or held when it was seen; null while there is none
 * @throws AppError `config-unreadable`, `config-missing`, `not-found`
 */
export async function applyDraft(draft: ConfigDraft, holding: ConfigDocument | null): Promise<AppliedDraft> {
  switch (draft.kind) {
    case "edit": {
      if (holding === null) throw new AppError("config-missing", {});
      const { document, problems } = applyTexts(holding, draft.changes);
      // A proxy that is shown without its password, and is saved as it was shown, keeps it.
      return { document: fillHiddenSecrets(document, holding), problems };
    }
    case "import":
      return applyImport(draft, holding);
    case "new":
      return { document: await createForRelease(draft.version), problems: [] };
    case "restore": {
      const { document } = await readRevision(db, draft.revision);
      // A token that was removed or replaced since was so for a reason.
      return { document: keepFields(document, holding, ["githubToken"]), problems: [] };
    }
  }
}

function applyImport(
  { text, changes, keepsToken, kept }: Extract<ConfigDraft, { kind: "import" }>,
  holding: ConfigDocument | null,
): AppliedDraft {
  const { document, problems } = applyTexts(readDocument(text), changes);
  if (holding === null) return { document, problems };
  const filled = fillHiddenSecrets(document, holding);
  const keepsStored = keepsToken && !hasToken(filled) && hasToken(holding);
  const fields: ConfigField[] = keepsStored ? [...kept, "githubToken"] : kept;
  return { document: orUnreadable(() => keepFields(filled, holding, fields)), problems };
}

function applyTexts(document: ConfigDocument, texts: ConfigTexts): AppliedDraft {
  const { change, problems } = readConfigTexts(texts);
  const edited = orUnreadable(() => editConfig(document, change));
  return { document: edited, problems: [...problems, ...findLaterFields(document, change)] };
}

/** Gives a document the values that fields have in another; a field that is in neither is not made. */
function keepFields(
  document: ConfigDocument,
  holding: ConfigDocument | null,
  fields: readonly ConfigField[],
): ConfigDocument {
  const values = fields.flatMap((field) => {
    const value = holding && readField(holding, field);
    if (value !== null) return [[field, value]];
    return field === "githubToken" && hasToken(document) ? [[field, ""]] : [];
  });
  return editConfig(document, Object.fromEntries(values) as ConfigChange);
}

async function createForRelease(version: string): Promise<ConfigDocument> {
  const row = await db.cseVersion.findUnique({ where: { version } });
  if (!row) throw new AppError("not-found", { what: "cse-version" });
  return createConfigDocument(toCseVersion(row).components);
}

/** @throws AppError `config-unreadable` */
export const readDocument = (text: string): ConfigDocument => orUnreadable(() => parseConfigDocument(text));

function orUnreadable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigDocumentError)) throw error;
    const { line, column, path } = error.facts;
    throw new AppError(
      "config-unreadable",
      {
        documentError: error.code,
        ...(line !== undefined && column !== undefined && { line, column }),
        ...(path !== undefined && { path }),
      },
      { cause: error },
    );
  }
}
