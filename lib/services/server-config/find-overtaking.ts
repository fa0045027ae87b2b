import "server-only";
import { db } from "#lib/db/client.ts";
import { compareConfigs } from "#lib/domain/vcd/config-difference.ts";
import type { ConfigDocument } from "#lib/domain/vcd/config-document.ts";
import { placeOf } from "#lib/domain/vcd/config-fields.ts";
import { mergeConfigs } from "#lib/domain/vcd/merge-configs.ts";
import type { ConfigConflict, ConfigInput, OvertakingConfig } from "#lib/schemas/server-config.ts";
import { applyDraft } from "./apply-draft.ts";
import type { CurrentConfig } from "./read-current-config.ts";
import { readRevision } from "./read-revision.ts";
import { showDifferences, showField } from "./show-difference.ts";

/**
 * What somebody else has saved since a change was begun, and where the two meet; null when nobody has.
 *
 * @throws AppError `not-found`
 */
export async function findOvertaking(
  { seen, draft }: ConfigInput,
  current: CurrentConfig | null,
): Promise<OvertakingConfig | null> {
  if (current === null || current.number === seen) return null;
  const row = await db.configRevision.findUniqueOrThrow({
    where: { number: current.number },
    select: { createdAt: true, createdByName: true, createdBy: { select: { displayName: true } } },
  });
  const base = seen === null ? null : (await readRevision(db, seen)).document;
  const mine = base && (await applyDraft(draft, base)).document;
  return {
    number: current.number,
    savedBy: row.createdBy?.displayName ?? row.createdByName,
    savedAt: row.createdAt.toISOString(),
    ...(base && mine
      ? compareEdits(base, mine, current.document)
      : { theirs: { rows: [], count: 0 }, conflicts: [], theirsAlone: [] }),
  };
}

function compareEdits(base: ConfigDocument, mine: ConfigDocument, theirs: ConfigDocument) {
  const changed = compareConfigs(base, theirs);
  const { conflicts } = mergeConfigs(base, mine, theirs);
  const own = new Set(compareConfigs(base, mine).map(({ path }) => path));
  return {
    theirs: showDifferences(changed),
    conflicts: conflicts.map((field): ConfigConflict => ({
      field,
      before: showField(base, field),
      mine: showField(mine, field),
      theirs: showField(theirs, field),
      isSecret: placeOf(field).kind === "secret",
    })),
    theirsAlone: changed.flatMap(({ field, path }) => (field !== null && !own.has(path) ? [field] : [])),
  };
}
