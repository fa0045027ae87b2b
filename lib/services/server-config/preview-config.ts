import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { hasToken } from "#lib/domain/vcd/hidden-secrets.ts";
import type { ConfigInput, ConfigPreview } from "#lib/schemas/server-config.ts";
import { applyDraft, readDocument } from "./apply-draft.ts";
import { findDocumentProblems } from "./find-document-problems.ts";
import { findOvertaking } from "./find-overtaking.ts";
import { readCurrentConfig } from "./read-current-config.ts";
import { registryUrlOf } from "./registry-url.ts";
import { emptyDocument } from "./save-revision.ts";
import { showDifference } from "./show-difference.ts";
import { showTexts } from "./show-texts.ts";

/**
 * What a change would make of the configuration as it holds now, and what is wrong with it; nothing is saved.
 *
 * @throws AppError `config-unreadable`, `config-missing`, `not-found`
 */
export async function previewConfig(
  _access: Access<"settings.write">,
  input: ConfigInput,
): Promise<ConfigPreview> {
  const { draft } = input;
  const current = await readCurrentConfig(db);
  const holding = current?.document ?? null;
  const { document, problems } = await applyDraft(draft, holding);
  const lacksToken =
    draft.kind === "import" && holding !== null && hasToken(holding) && !hasToken(readDocument(draft.text));
  return {
    number: current?.number ?? null,
    difference: showDifference(holding ?? emptyDocument(document), document),
    problems: [...problems, ...findDocumentProblems(document)],
    movesTo: registryUrlOf(document) === registryUrlOf(holding) ? null : registryUrlOf(document),
    values: showTexts(document),
    lacksToken,
    overtaking: await findOvertaking(input, current),
  };
}
