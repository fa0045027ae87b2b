import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { OfferRule } from "#lib/db/generated/enums.ts";
import { type Change, type ChangeTransaction, withChange } from "#lib/db/with-change.ts";
import { AppError, fieldError } from "#lib/errors.ts";
import { type DeleteOfferInput, maxOfferReleases, type SaveOfferInput } from "#lib/schemas/offers.ts";
import { followDestination, lockConfig } from "../server-config/index.ts";
import { choosePlace, formatPlaceName } from "./offer-place.ts";
import { findOfferOrganization, type OfferRow, type OfferRows, readOfferRows } from "./offer-rows.ts";

// Keeps one statement far below the number of parameters that PostgreSQL takes.
const batchSize = 2000;
const maxNamed = 20;
/** There is one for all, which the trail names so. */
const nameForAll = "all";

/** What is offered, in full. */
interface Offered {
  releases: ReadonlySet<string>;
  /** By component, with the release that it is of. */
  rules: ReadonlyMap<string, { rule: OfferRule; releaseId: string }>;
}

const nothing: Offered = { releases: new Set(), rules: new Map() };

/**
 * Changes an offer. An organization's first one begins as the offer for all, on top of which the changes go; what a
 * release had of rules goes with it. Where the offer for all leads is the container registry URL of the server's
 * configuration, which goes along.
 *
 * @throws AppError `not-found`; `offer-overtaken` when somebody has saved since; `invalid-input` for a destination that
 * another offer leads to or that lies within it, and for too many releases; `config-invalid`; `registry-unchecked` and
 * `registry-problems` for one that clusters would pull from by then
 */
export async function saveOffer(
  access: Access<"offer.write">,
  input: SaveOfferInput,
): Promise<{ updatedAt: string }> {
  const by = input.organizationId === null ? null : { id: input.organizationId };
  const organization = await findOfferOrganization(access, by);
  const organizationId = organization?.id ?? null;
  const objectName = organization?.name ?? nameForAll;
  const change: Change = { action: "offer.save", objectName, organizationId };
  return withChange(access, change, async (tx, audit) => {
    // Whoever saves the configuration locks it first and the offers then, which follow it.
    const config = organizationId === null ? await lockConfig(tx) : null;
    const { own, base } = await lockOffers(tx, organizationId);
    assertSeen(base, input.seen);
    const shown = base ? await readOffered(tx, base.id) : nothing;
    const next = await applyChanges(tx, shown, input);
    const place = await choosePlace(tx, organizationId, input.place, own?.destination?.id ?? null);
    const data = {
      destinationId: place?.id ?? null,
      readsFrom: input.readsFrom,
      publishOnSave: input.publishOnSave,
    };
    const saved = own
      ? await tx.offer.update({ where: { id: own.id }, data, select: { id: true, updatedAt: true } })
      : await tx.offer.create({ data: { ...data, organizationId }, select: { id: true, updatedAt: true } });
    await writeOffered(tx, saved.id, own ? shown : nothing, next);
    const leadsElsewhere = place !== null && place.id !== own?.destination?.id;
    const revision = leadsElsewhere
      ? await followDestination(tx, access.actor, config, place.name, input.confirmed)
      : null;
    audit.object(saved.id, objectName);
    if (own) audit.before(formatAudit(own, formatOwnPlace(own), shown));
    const offered = await nameReleases(tx, next.releases, shown.releases);
    const withdrawn = await nameReleases(tx, shown.releases, next.releases);
    audit.after({
      ...formatAudit(data, place?.name ?? "shared", next),
      ...(place?.isNew && { madeDestination: place.name }),
      ...(revision !== null && { configRevision: revision }),
      ...(offered.length > 0 && { offered }),
      ...(withdrawn.length > 0 && { withdrawn }),
    });
    return { updatedAt: saved.updatedAt.toISOString() };
  });
}

/**
 * Withdraws an organization's own offer; the one for all holds for it then. The destination stays, and what is there.
 *
 * @throws AppError `not-found`, `offer-overtaken`
 */
export async function deleteOffer(access: Access<"offer.write">, input: DeleteOfferInput): Promise<void> {
  const { organizationId } = input;
  const organization = await findOfferOrganization(access, { id: organizationId });
  const objectName = organization?.name ?? "";
  const change: Change = { action: "offer.delete", objectName, organizationId };
  await withChange(access, change, async (tx, audit) => {
    const { own } = await lockOffers(tx, organizationId);
    if (!own) throw new AppError("not-found", { what: "offer" });
    assertSeen(own, input.seen);
    audit.object(own.id, objectName);
    audit.before(formatAudit(own, formatOwnPlace(own), await readOffered(tx, own.id)));
    await tx.offer.delete({ where: { id: own.id } });
  });
}

/** Whoever changes an offer meanwhile waits: no two may lead to one destination. */
async function lockOffers(
  tx: ChangeTransaction,
  organizationId: string | null,
): Promise<{ own: OfferRow | null; base: OfferRow | null }> {
  await tx.$executeRaw`LOCK TABLE "Offer" IN SHARE ROW EXCLUSIVE MODE`;
  const { own, shared }: OfferRows = await readOfferRows(tx, organizationId);
  return organizationId === null ? { own: shared, base: shared } : { own, base: own ?? shared };
}

function assertSeen(offer: OfferRow | null, seen: SaveOfferInput["seen"]): void {
  const isSeen = offer?.id === seen?.id && offer?.updatedAt.getTime() === timeOf(seen);
  if (!isSeen) throw new AppError("offer-overtaken", {});
}

function timeOf(seen: SaveOfferInput["seen"]): number | undefined {
  return seen === null ? undefined : new Date(seen.updatedAt).getTime();
}

async function readOffered(tx: ChangeTransaction, offerId: string): Promise<Offered> {
  const releases = await tx.offerRelease.findMany({ where: { offerId }, select: { releaseId: true } });
  const rules = await tx.offerComponent.findMany({
    where: { offerId },
    select: { componentId: true, rule: true, component: { select: { releaseId: true } } },
  });
  return {
    releases: new Set(releases.map(({ releaseId }) => releaseId)),
    rules: new Map(
      rules.map(({ componentId, rule, component }) => [
        componentId,
        { rule, releaseId: component.releaseId },
      ]),
    ),
  };
}

/** @throws AppError `not-found` for a release or component that is not there, or whose release is not offered */
async function applyChanges(tx: ChangeTransaction, shown: Offered, input: SaveOfferInput): Promise<Offered> {
  const withdrawn = new Set(input.withdrawn);
  const releases = new Set([...shown.releases, ...input.offered].filter((id) => !withdrawn.has(id)));
  if (releases.size > maxOfferReleases) {
    throw fieldError("offered", "too-many", { facts: { maximum: maxOfferReleases } });
  }
  if ((await tx.release.count({ where: { id: { in: [...releases] } } })) < releases.size) {
    throw new AppError("not-found", { what: "release" });
  }
  const rules = new Map([...shown.rules].filter(([, { releaseId }]) => releases.has(releaseId)));
  for (const id of input.free) rules.delete(id);
  const releaseOf = await findReleases(tx, [...input.required, ...input.withheld]);
  const rule = (ids: readonly string[], what: OfferRule) => {
    for (const id of ids) {
      const releaseId = releaseOf.get(id);
      if (releaseId === undefined || !releases.has(releaseId)) {
        throw new AppError("not-found", { what: "component" });
      }
      rules.set(id, { rule: what, releaseId });
    }
  };
  rule(input.required, OfferRule.required);
  rule(input.withheld, OfferRule.withheld);
  return { releases, rules };
}

async function findReleases(
  tx: ChangeTransaction,
  componentIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const ids of inBatches(componentIds)) {
    const rows = await tx.component.findMany({
      where: { id: { in: ids } },
      select: { id: true, releaseId: true },
    });
    for (const { id, releaseId } of rows) found.set(id, releaseId);
  }
  return found;
}

/** Writes only what is other than it stands. */
async function writeOffered(
  tx: ChangeTransaction,
  offerId: string,
  standing: Offered,
  next: Offered,
): Promise<void> {
  const removed = without(standing.releases, next.releases);
  await tx.offerRelease.deleteMany({ where: { offerId, releaseId: { in: removed } } });
  const added = without(next.releases, standing.releases);
  await tx.offerRelease.createMany({ data: added.map((releaseId) => ({ offerId, releaseId })) });
  const differs = (one: Offered, other: Offered) =>
    [...one.rules].filter(([id, { rule }]) => other.rules.get(id)?.rule !== rule);
  for (const entries of inBatches(differs(standing, next))) {
    const ids = entries.map(([componentId]) => componentId);
    await tx.offerComponent.deleteMany({ where: { offerId, componentId: { in: ids } } });
  }
  for (const entries of inBatches(differs(next, standing))) {
    const data = entries.map(([componentId, { rule }]) => ({ offerId, componentId, rule }));
    await tx.offerComponent.createMany({ data });
  }
}

const without = (one: ReadonlySet<string>, other: ReadonlySet<string>) =>
  [...one].filter((each) => !other.has(each));

function* inBatches<T>(all: readonly T[]): Generator<T[]> {
  for (let start = 0; start < all.length; start += batchSize) yield all.slice(start, start + batchSize);
}

/** An offer as the trail keeps it: how many of what, not which. */
function formatAudit(
  { readsFrom, publishOnSave }: Pick<OfferRow, "readsFrom" | "publishOnSave">,
  destination: string,
  { releases, rules }: Offered,
): object {
  const count = (wanted: OfferRule) => [...rules.values()].filter(({ rule }) => rule === wanted).length;
  return {
    ...{ destination, readsFrom, publishOnSave, releases: releases.size },
    ...{ required: count(OfferRule.required), withheld: count(OfferRule.withheld) },
  };
}

function formatOwnPlace({ destination }: OfferRow): string {
  return destination === null ? "shared" : formatPlaceName(destination.registry.host, destination.basePath);
}

/** Those that the one has and the other has not; bounded. */
async function nameReleases(
  tx: ChangeTransaction,
  one: ReadonlySet<string>,
  other: ReadonlySet<string>,
): Promise<string[]> {
  const rows = await tx.release.findMany({
    where: { id: { in: without(one, other) } },
    orderBy: [{ name: "asc" }, { version: "asc" }],
    take: maxNamed,
    select: { name: true, version: true },
  });
  return rows.map(({ name, version }) => `${name} ${version}`);
}
