import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { withChange } from "#lib/db/with-change.ts";
import { editConfig, readField } from "#lib/domain/vcd/config-document.ts";
import { findLaterFields } from "#lib/domain/vcd/config-problems.ts";
import { configEntityName } from "#lib/domain/vcd/defined-entity.ts";
import { AppError } from "#lib/errors.ts";
import {
  checkLifetimeMs,
  codesOf,
  findClusterProblems,
  type RegistryCheck,
  type SavedContainerRegistry,
  type SaveContainerRegistryInput,
} from "#lib/schemas/container-registry.ts";
import { digestLists } from "../doctor/index.ts";
import {
  beginDocument,
  type CurrentConfig,
  formatSaved,
  lockConfig,
  readCurrentConfig,
  saveRevision,
} from "../server-config/index.ts";
import { findCheck } from "./check-registry.ts";
import { listsOf } from "./node-lists.ts";

/**
 * Has clusters pull from another URL, as the next revision of the configuration; what it names becomes the shared
 * destination. Nobody does so without knowing: it was examined just now with what is trusted just now, and what was found
 * to keep clusters from pulling is confirmed by name.
 *
 * @throws AppError `config-overtaken`; `registry-unchecked`, `registry-problems`; `config-invalid` for the configuration
 * of a version that has no such field; `invalid-input` for a URL that cannot be the shared destination
 */
export async function saveContainerRegistry(
  access: Access<"settings.write">,
  { url, seen, confirmed }: SaveContainerRegistryInput,
): Promise<SavedContainerRegistry> {
  const standing = await readCurrentConfig(db);
  if (standing?.number === seen && readField(standing.document, "containerRegistryUrl") === url) {
    return { revision: standing.number, isChanged: false, madeRegistry: null };
  }
  // Outside of the transaction, where whoever waits for the configuration holds a connection already.
  const check = await findCheck(access, url);
  const object = { objectId: configEntityName, objectName: configEntityName, organizationId: null };
  return withChange(access, { action: "server-config.save", ...object }, async (tx, audit) => {
    const current = await lockConfig(tx);
    if ((current?.number ?? null) !== seen) throw new AppError("config-overtaken", {});
    const inSpiteOf = assertKnown(check, { url, confirmed, current });
    const document = current?.document ?? (await beginDocument(tx));
    const change = { containerRegistryUrl: url };
    const [later] = findLaterFields(document, change);
    if (later) throw new AppError("config-invalid", { path: later.path, problem: later.code, count: 1 });
    const edited = editConfig(document, change);
    const saved = await saveRevision(tx, access.actor, { document: edited, origin: "edited", seen });
    audit.after({ ...formatSaved(saved), url, ...(inSpiteOf.length > 0 && { inSpiteOf }) });
    return {
      ...{ revision: saved.number, isChanged: true },
      madeRegistry: saved.followed?.madeRegistry ?? null,
    };
  });
}

/** @returns what keeps clusters from pulling, and was confirmed */
function assertKnown(
  check: RegistryCheck | null,
  { url, confirmed, current }: { url: string; confirmed: readonly string[]; current: CurrentConfig | null },
): string[] {
  const isKnown =
    check !== null &&
    check.listsDigest === digestLists(listsOf(current)) &&
    Date.now() - new Date(check.finishedAt).getTime() <= checkLifetimeMs;
  if (!isKnown) throw new AppError("registry-unchecked", { registry: url });
  const problems = codesOf(findClusterProblems(url, check.findings));
  const unconfirmed = problems.filter((code) => !confirmed.includes(code));
  if (unconfirmed.length > 0) {
    throw new AppError("registry-problems", {
      registry: url,
      count: unconfirmed.length,
      problems: unconfirmed,
    });
  }
  return problems;
}
