import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { type Change, type ChangeTransaction, withChange } from "#lib/db/with-change.ts";
import { AppError } from "#lib/errors.ts";
import type {
  RestoredSelection,
  RestoreSelectionInput,
  SavedSelection,
  SaveSelectionInput,
} from "#lib/schemas/selections.ts";
import { findOwner, type OwnerParts } from "./find-owner.ts";
import { findOfferedParts, formatComponentName, type OfferedParts } from "./offered-components.ts";
import { findGoneCount } from "./revision-audit.ts";

// Keeps one insert far below the number of parameters that PostgreSQL takes.
const batchSize = 2000;
const maxNamed = 20;

type Seen = Pick<SaveSelectionInput, "organizationId" | "releaseId" | "revision" | "offered">;

/**
 * Makes what an organization has chosen of a release its next revision; what is required stays on. Nothing is written when
 * all is as it was.
 *
 * @throws AppError `not-found`, also for a component that is not offered; `selection-changed` when somebody has saved
 * since, `offer-changed` when something else is offered now
 */
export async function saveSelection(
  access: Access<"selection.write">,
  input: SaveSelectionInput,
): Promise<SavedSelection> {
  const owner = await findOwner(access, { id: input.organizationId });
  const parts = await findSeen(owner, input);
  const offered = new Set(parts.rows.map(({ id }) => id));
  for (const id of [...input.turnedOn, ...input.turnedOff]) {
    if (!offered.has(id)) throw new AppError("not-found", { what: "component" });
  }
  const [on, off] = [new Set(input.turnedOn), new Set(input.turnedOff)];
  const chosen = parts.rows.filter(({ id, isOn }) => (isOn || on.has(id)) && !off.has(id));
  return writeRevision(access, owner, parts, { chosen: new Set(chosen.map(({ id }) => id)), restored: null });
}

/**
 * Makes an earlier revision the next one: exactly what was on in it is on, as far as it is still offered.
 *
 * @throws AppError `not-found`, `selection-changed`, `offer-changed`
 */
export async function restoreSelection(
  access: Access<"selection.write">,
  input: RestoreSelectionInput,
): Promise<RestoredSelection> {
  const { releaseId, restoredRevision } = input;
  const owner = await findOwner(access, { id: input.organizationId });
  const parts = await findSeen(owner, input);
  const restored = await db.selection.findFirst({
    where: { organizationId: owner.organization.id, releaseId, revision: restoredRevision },
    select: { id: true, components: { where: { enabled: true }, select: { component: true } } },
  });
  if (!restored) throw new AppError("not-found", { what: "selection" });
  const components = restored.components.map(({ component }) => component);
  const offered = new Set(parts.rows.map(({ id }) => id));
  const leftOut = components.filter(({ id }) => !offered.has(id));
  const goneCount = await findGoneCount(restored.id, components.length);
  const saved = await writeRevision(access, owner, parts, {
    chosen: new Set(components.map(({ id }) => id)),
    restored: { revision: restoredRevision, leftOut: leftOut.length, gone: goneCount },
  });
  return {
    ...saved,
    leftOut: leftOut.map(formatComponentName).sort().slice(0, maxNamed),
    leftOutCount: leftOut.length,
    goneCount,
  };
}

/** What there is now, if it is what was seen. */
async function findSeen({ organization, offer }: OwnerParts, seen: Seen): Promise<OfferedParts> {
  const parts = await findOfferedParts(offer, organization.id, seen.releaseId);
  const name = `${parts.release.name} ${parts.release.version}`;
  if ((parts.latest?.revision ?? 0) !== seen.revision) throw new AppError("selection-changed", { name });
  if (parts.offered !== seen.offered) throw new AppError("offer-changed", { name });
  return parts;
}

interface NextRevision {
  /** Some of them may not be offered. */
  chosen: ReadonlySet<string>;
  restored: { revision: number; leftOut: number; gone: number } | null;
}

async function writeRevision(
  access: Access<"selection.write">,
  { organization, offer }: OwnerParts,
  { release, latest, rows }: OfferedParts,
  { chosen, restored }: NextRevision,
): Promise<SavedSelection> {
  const next = rows.map((row) => ({ ...row, enabled: row.isRequired || chosen.has(row.id) }));
  const switched = next.filter(({ isOn, enabled }) => isOn !== enabled);
  const publish = offer?.publishOnSave ?? false;
  // What came later is decided on by being left off, too.
  if (latest && switched.length === 0 && !rows.some(({ isNew }) => isNew)) {
    return { revision: latest.revision, isChanged: false, publish: false };
  }
  const objectName = `${release.name} ${release.version}`;
  const action = restored ? "selection.restore" : "selection.save";
  const change: Change = { action, objectName, organizationId: organization.id };
  const place = { organizationId: organization.id, releaseId: release.id };
  return withChange(access, change, async (tx, audit) => {
    const revision = (latest?.revision ?? 0) + 1;
    // Two at once cannot have one number: the second looks again, and finds the first.
    if ((await tx.selection.count({ where: { ...place, revision } })) > 0) {
      throw new AppError("selection-changed", { name: objectName });
    }
    const { id } = await tx.selection.create({
      data: {
        ...place,
        revision,
        restoredFrom: restored?.revision ?? null,
        createdById: access.actor.userId,
      },
    });
    await writeComponents(tx, id, next);
    audit.object(id, objectName);
    audit.after({
      organization: organization.name,
      revision,
      on: next.filter(({ enabled }) => enabled).length,
      off: next.filter(({ enabled }) => !enabled).length,
      turnedOn: switched.filter(({ enabled }) => enabled).length,
      turnedOff: switched.filter(({ enabled }) => !enabled).length,
      ...(restored && {
        restoredFrom: restored.revision,
        leftOut: restored.leftOut,
        gone: restored.gone,
      }),
    });
    return { revision, isChanged: true, publish };
  });
}

async function writeComponents(
  tx: ChangeTransaction,
  selectionId: string,
  components: readonly { id: string; enabled: boolean }[],
): Promise<void> {
  const rows = components.map(({ id, enabled }) => ({ selectionId, componentId: id, enabled }));
  for (let start = 0; start < rows.length; start += batchSize) {
    await tx.selectionComponent.createMany({ data: rows.slice(start, start + batchSize) });
  }
}
