import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { hasCodeAndFacts } from "#lib/errors.ts";
import type { Page } from "#lib/schemas/list-query.ts";
import { type PublishQuery, PublishState } from "#lib/schemas/publishing.ts";
import { drawTasks } from "../jobs/make-tasks.ts";
import type { OfferedDestination } from "../offers/find-offer.ts";
import { assertOwn } from "./own-organization.ts";
import { readSelectedRows, readUnselectedRows } from "./publish-rows.ts";
import { findPublishingParts } from "./publishing-parts.ts";
import type { PublishPlace, PublishPlan, PublishPreview, PublishRow } from "./publishing-views.ts";

/**
 * What publishing would bring to an organization's destination, as far as the panel knows without asking a registry;
 * nothing is written.
 *
 * @throws AppError `not-found`; what else keeps it from being published is told, not thrown
 */
export async function previewPublish(
  access: Access<"selection.read">,
  organizationId: string,
  query: PublishQuery,
): Promise<PublishPreview> {
  assertOwn(access, organizationId);
  try {
    const { destination, plan } = await makePlan(organizationId, query);
    return { obstacle: null, plan, elsewhere: await countElsewhere(organizationId, destination) };
  } catch (error) {
    if (!hasCodeAndFacts(error) || error.code === "not-found") throw error;
    const { code, facts } = error;
    return { obstacle: { code, facts }, plan: null, elsewhere: await countElsewhere(organizationId, null) };
  }
}

async function makePlan(
  organizationId: string,
  query: PublishQuery,
): Promise<{ destination: OfferedDestination; plan: PublishPlan }> {
  const parts = await findPublishingParts(organizationId);
  const { tasks, collisions, overlaps } = drawTasks(parts.components, parts.paths);
  const [selected, unselected] = await Promise.all([
    readSelectedRows(parts, tasks),
    readUnselectedRows(organizationId, parts.destination, tasks),
  ]);
  const rows = [...selected, ...unselected];
  const missing = selected.filter(
    ({ state }) => state === PublishState.new || state === PublishState.changed,
  );
  const count = (state: PublishState) => rows.filter((row) => row.state === state).length;
  const plan: PublishPlan = {
    destination: formatPlace(parts.destination),
    source: parts.source && formatPlace(parts.source),
    counts: {
      new: count(PublishState.new),
      changed: count(PublishState.changed),
      present: count(PublishState.present),
      unselected: unselected.length,
    },
    lackingSources: missing.filter(({ lacksSource }) => lacksSource).length,
    neededByOthers: unselected.filter(({ neededByOthers }) => neededByOthers).length,
    missingBytes: sumBytes(missing),
    unknownSizes: missing.filter(({ sizeBytes }) => sizeBytes === null).length,
    selectedBytes: sumBytes(selected),
    collisions,
    overlaps,
    rows: pageRows(rows, query),
  };
  return { destination: parts.destination, plan };
}

/** An image that goes to several places is brought once. */
function sumBytes(rows: readonly PublishRow[]): number {
  const sizes = new Map(rows.map(({ id, digest, sizeBytes }) => [digest ?? id, sizeBytes ?? 0]));
  return [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
}

function pageRows(rows: readonly PublishRow[], query: PublishQuery): Page<PublishRow> {
  const { search, state, sort, order, page, pageSize } = query;
  const wanted = search.toLowerCase();
  const found = rows.filter(
    (row) =>
      (state.length === 0 || state.includes(row.state)) &&
      (wanted === "" || searchedText(row).toLowerCase().includes(wanted)),
  );
  const direction = order === "asc" ? 1 : -1;
  const states = Object.keys(PublishState);
  const compare: Record<PublishQuery["sort"], (a: PublishRow, b: PublishRow) => number> = {
    target: (a, b) => compareText(a.target, b.target),
    original: (a, b) => compareText(a.original ?? "", b.original ?? ""),
    state: (a, b) => states.indexOf(a.state) - states.indexOf(b.state),
    size: (a, b) => (a.sizeBytes ?? -1) - (b.sizeBytes ?? -1),
  };
  const sorted = found.toSorted(
    (a, b) => direction * compare[sort](a, b) || compareText(a.target, b.target) || compareText(a.id, b.id),
  );
  const start = (page - 1) * pageSize;
  return { rows: sorted.slice(start, start + pageSize), total: found.length, page, pageSize };
}

function searchedText({ original, source, target, digest, standingDigest }: PublishRow): string {
  return [original, source, target, digest, standingDigest].filter((text) => text !== null).join(" ");
}

const compareText = (a: string, b: string) => (a < b ? -1 : Number(a > b));

function formatPlace({ registry, basePath }: OfferedDestination): PublishPlace {
  return { host: registry.host, basePath };
}

function countElsewhere(organizationId: string, destination: OfferedDestination | null): Promise<number> {
  const others = destination ? { destinationId: { not: destination.id } } : {};
  return db.publication.count({ where: { organizationId, ...others } });
}
