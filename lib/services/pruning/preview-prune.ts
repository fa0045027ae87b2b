import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { PruneWhy } from "#lib/db/generated/enums.ts";
import { AppError } from "#lib/errors.ts";
import type { Page } from "#lib/schemas/list-query.ts";
import type { PrunePreviewQuery } from "#lib/schemas/pruning.ts";
import { findOffer } from "../offers/find-offer.ts";
import { findDeletionSupport } from "./deletion-support.ts";
import { findHeld } from "./find-keep.ts";
import { findRemovable, type RemovableImage } from "./find-removable.ts";
import { HeldByOthers } from "./held-by-others.ts";
import type { PrunePlace, PrunePreview, PrunePreviewRow } from "./prune-views.ts";

interface DestinationRow {
  id: string;
  basePath: string;
  registry: { host: string };
}

/**
 * What a prune would look at, at each destination where an organization, or the provider (null), has anything that
 * nothing leads to any more; as far as the panel knows without asking a registry. Nothing is written.
 *
 * @throws AppError `not-found` for what is not the tenant's own
 */
export async function previewPrune(
  access: Access<"selection.read">,
  organizationId: string | null,
  query: PrunePreviewQuery,
): Promise<PrunePreview> {
  if (access.organizationId !== null && access.organizationId !== organizationId) {
    throw new AppError("not-found", { what: "organization" });
  }
  const removable = Map.groupBy(await findRemovable(organizationId), ({ destinationId }) => destinationId);
  const [destinations, offer] = await Promise.all([
    db.destination.findMany({
      where: { id: { in: [...removable.keys()] } },
      orderBy: { createdAt: "asc" },
      select: { id: true, basePath: true, registry: { select: { host: true } } },
    }),
    organizationId === null ? null : findOffer(organizationId),
  ]);
  const support = await findDeletionSupport([...new Set(destinations.map(({ registry }) => registry.host))]);
  const found = await Promise.all(
    destinations.map(async (destination) => {
      const images = removable.get(destination.id) ?? [];
      const rows = await formatRows(organizationId, destination, images);
      const place: PrunePlace = {
        ...formatPlace(destination, rows),
        isOffered: organizationId === null || offer?.destination?.id === destination.id,
        deletion: support.get(destination.registry.host) ?? "unknown",
      };
      return { place, rows };
    }),
  );
  const sorted = found.toSorted((a, b) => b.place.images - a.place.images);
  const shown = sorted.find(({ place }) => place.destinationId === query.destination) ?? sorted[0];
  return {
    places: sorted.map(({ place }) => place),
    destinationId: shown?.place.destinationId ?? null,
    rows: pageRows(shown?.rows ?? [], query),
  };
}

async function formatRows(
  organizationId: string | null,
  { registry }: DestinationRow,
  images: readonly RemovableImage[],
): Promise<PrunePreviewRow[]> {
  const repositories = [...new Set(images.map(({ repository }) => repository))];
  const held = new HeldByOthers(organizationId, await findHeld(organizationId, registry.host, repositories));
  return images.map(({ id, repository, tag, digest, why, original, sizeBytes, publishedAt }) => ({
    id: String(id),
    why,
    original,
    target: `${registry.host}/${repository}${tag === "" ? `@${digest}` : `:${tag}`}`,
    digest,
    sizeBytes: sizeBytes === null ? null : Number(sizeBytes),
    publishedAt: publishedAt.toISOString(),
    // Its tag means something else by now.
    neededByOthers: held.has({ repository, digest, tag: why === PruneWhy.superseded ? "" : tag }),
  }));
}

function formatPlace({ id, basePath, registry }: DestinationRow, rows: readonly PrunePreviewRow[]) {
  const going = rows.filter(({ neededByOthers }) => !neededByOthers);
  const sizes = new Map(going.map(({ digest, sizeBytes }) => [digest, sizeBytes]));
  return {
    destinationId: id,
    host: registry.host,
    basePath,
    images: rows.length,
    neededByOthers: rows.length - going.length,
    knownBytes: [...sizes.values()].reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0),
    unknownSizes: [...sizes.values()].filter((bytes) => bytes === null).length,
  };
}

function pageRows(rows: readonly PrunePreviewRow[], query: PrunePreviewQuery): Page<PrunePreviewRow> {
  const { search, why, sort, order, page, pageSize } = query;
  const wanted = search.toLowerCase();
  const found = rows.filter(
    (row) =>
      (why.length === 0 || why.includes(row.why)) &&
      [row.target, row.original ?? "", row.digest].some((text) => text.toLowerCase().includes(wanted)),
  );
  const direction = order === "asc" ? 1 : -1;
  const reasons = Object.values(PruneWhy);
  const compare: Record<PrunePreviewQuery["sort"], (a: PrunePreviewRow, b: PrunePreviewRow) => number> = {
    target: (a, b) => compareText(a.target, b.target),
    original: (a, b) => compareText(a.original ?? "", b.original ?? ""),
    why: (a, b) => reasons.indexOf(a.why) - reasons.indexOf(b.why),
    size: (a, b) => (a.sizeBytes ?? -1) - (b.sizeBytes ?? -1),
    publishedAt: (a, b) => compareText(a.publishedAt, b.publishedAt),
  };
  const sorted = found.toSorted(
    (a, b) => direction * compare[sort](a, b) || compareText(a.target, b.target) || compareText(a.id, b.id),
  );
  const start = (page - 1) * pageSize;
  return { rows: sorted.slice(start, start + pageSize), total: found.length, page, pageSize };
}

const compareText = (a: string, b: string) => (a < b ? -1 : Number(a > b));
