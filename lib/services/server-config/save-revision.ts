import "server-only";
import type { RevisionOrigin } from "#lib/db/generated/enums.ts";
import type { ChangeActor, ChangeTransaction } from "#lib/db/with-change.ts";
import { compareConfigs, type ConfigDifference } from "#lib/domain/vcd/config-difference.ts";
import { type ConfigDocument, parseConfigDocument } from "#lib/domain/vcd/config-document.ts";
import type { JsonValue } from "#lib/domain/vcd/json-tree.ts";
import { isWarning } from "#lib/domain/vcd/field-problem.ts";
import { AppError } from "#lib/errors.ts";
import { formatStorableJson } from "#lib/storable-text.ts";
import { assertExamined } from "./assert-examined.ts";
import { findDocumentProblems } from "./find-document-problems.ts";
import { type FollowedUrl, followUrl } from "./follow-url.ts";
import { listCertificates } from "./list-certificates.ts";
import { type CurrentConfig, encryptDocument, readCurrentConfig } from "./read-current-config.ts";

export interface NewRevision {
  document: ConfigDocument;
  origin: RevisionOrigin;
  /** The number of the revision that the change was made from; null: there was none. */
  seen: number | null;
  /** The number of the revision whose document it is. */
  restoredFrom?: number;
  /** What is known to keep clusters from pulling from a new container registry URL, and is to be so. */
  confirmed?: readonly string[];
}

export interface SavedRevision {
  number: number;
  differences: readonly ConfigDifference[];
  /** What the shared destination has become; null: it stays. */
  followed: FollowedUrl | null;
  /** Names of certificates that were not known before. */
  newCertificates: readonly string[];
  /** What keeps clusters from pulling from a new container registry URL, and was confirmed. */
  inSpiteOf: readonly string[];
}

/** There are no two at a time: whoever wants to change the configuration waits here, before reading it. */
export async function lockConfig(tx: ChangeTransaction): Promise<CurrentConfig | null> {
  await tx.$executeRaw`LOCK TABLE "ConfigRevision" IN SHARE ROW EXCLUSIVE MODE`;
  return readCurrentConfig(tx);
}

/**
 * Makes a document the configuration that holds, with all that goes by it: the lists of certificates, and the shared
 * destination. Runs in the transaction of a change.
 *
 * @throws AppError `config-overtaken` when somebody has saved since; `config-invalid`; `registry-unchecked` and
 * `registry-problems` for a URL that nobody can know yet; `invalid-input` for one that cannot be the shared destination
 */
export async function saveRevision(
  tx: ChangeTransaction,
  by: ChangeActor,
  { document, origin, seen, restoredFrom, confirmed = [] }: NewRevision,
): Promise<SavedRevision> {
  const current = await lockConfig(tx);
  if ((current?.number ?? null) !== seen) throw new AppError("config-overtaken", {});
  assertUsable(document);
  const inSpiteOf = await assertExamined(tx, current?.document ?? null, document, confirmed);
  const number = (current?.number ?? 0) + 1;
  const differences = compareConfigs(current?.document ?? emptyDocument(document), document);
  await tx.configRevision.create({
    data: {
      ...{ number, origin, restoredFrom: restoredFrom ?? null, typeVersion: document.typeVersion },
      documentEncrypted: encryptDocument(number, document),
      difference: JSON.parse(formatStorableJson(differences.map(flattenValues))) as object[],
      differenceCount: differences.length,
      ...{ createdById: by.userId, createdByName: by.name },
    },
  });
  const newCertificates = await listCertificates(tx, document);
  const followed = await followUrl(tx, current?.document ?? null, document);
  return { number, differences, followed, newCertificates, inSpiteOf };
}

/** The first revision differs from nothing in all that it has. */
export const emptyDocument = ({ typeVersion }: ConfigDocument): ConfigDocument => ({
  ...parseConfigDocument('{"profiles":[{}]}'),
  typeVersion,
});

/** Objects as their text: Prisma takes none that has a member `__proto__`, which JSON allows. */
function flattenValues({ before, after, ...difference }: ConfigDifference): object {
  const flatten = (value: JsonValue): JsonValue =>
    typeof value === "object" && JSON.stringify(value).includes("{") ? JSON.stringify(value, null, 1) : value;
  return {
    ...difference,
    ...(before !== undefined && { before: flatten(before) }),
    ...(after !== undefined && { after: flatten(after) }),
  };
}

function assertUsable(document: ConfigDocument): void {
  const errors = findDocumentProblems(document).filter(({ code }) => !isWarning(code));
  const [first] = errors;
  if (first) {
    throw new AppError("config-invalid", { path: first.path, problem: first.code, count: errors.length });
  }
}

/** A saved revision as the trail keeps it: what has changed and where, not the values of long lists. */
export function formatSaved(saved: SavedRevision): object {
  const { number, differences, followed, newCertificates, inSpiteOf } = saved;
  const paths = differences.slice(0, maxPaths).map(({ path }) => path);
  return {
    ...{ revision: number, changed: paths },
    ...(differences.length > maxPaths && { changedInAll: differences.length }),
    ...(newCertificates.length > 0 && { newCertificates: newCertificates.slice(0, maxPaths) }),
    ...(followed && { sharedDestination: followed.name }),
    ...(followed?.madeRegistry !== undefined && { madeRegistry: followed.madeRegistry }),
    ...(inSpiteOf.length > 0 && { inSpiteOf }),
  };
}

const maxPaths = 50;
