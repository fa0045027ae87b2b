import "server-only";
import { db } from "#lib/db/client.ts";
import type { PruneWhy } from "#lib/db/generated/enums.ts";
import { maxJobImages } from "#lib/schemas/jobs.ts";
import { findOffer } from "../offers/find-offer.ts";
import { findChosenComponents } from "../selections/chosen-components.ts";
import { listPathsOf } from "./list-paths-of.ts";

/** Something that is published where nothing leads any more. */
export interface RemovableImage {
  /** Of the publication. */
  id: bigint;
  destinationId: string;
  repository: string;
  /** Empty: by digest only. */
  tag: string;
  digest: string;
  publishedAt: Date;
  /** As the release names it, while the component is known that it was published for. */
  original: string | null;
  /** All its layers, as far as known. */
  sizeBytes: bigint | null;
  why: PruneWhy;
}

interface PublishedRow extends Omit<RemovableImage, "why"> {
  superseded: boolean;
}

interface Scope {
  destinationId: string;
  repository?: string;
}

/**
 * What an organization, or the provider (null), has published and nothing of its own leads to any more: neither what it
 * has selected at its offer's destination nor, for the provider, what is enabled in the catalog. What was published
 * under a tag that has got other content since is told, too.
 *
 * @param scope at all destinations without it; bounded as a job is
 */
export async function findRemovable(organizationId: string | null, scope?: Scope): Promise<RemovableImage[]> {
  const paths = scope?.repository === undefined ? undefined : listPathsOf([scope.repository]);
  const [rows, wanted] = await Promise.all([
    readPublished(organizationId, scope ?? {}),
    organizationId === null ? findCatalogPlaces(paths) : findSelectedPlaces(organizationId, paths),
  ]);
  return rows.flatMap(({ superseded, ...row }): RemovableImage[] => {
    const places = wanted.get(row.destinationId);
    if (places === undefined) return [{ ...row, why: "elsewhere" }];
    if (!places.has(formatPlace(row))) return [{ ...row, why: "unselected" }];
    return superseded ? [{ ...row, why: "superseded" }] : [];
  });
}

function readPublished(
  organizationId: string | null,
  { destinationId = null, repository = null }: { [Part in keyof Scope]?: Scope[Part] | null },
): Promise<PublishedRow[]> {
  return db.$queryRaw<PublishedRow[]>`
    SELECT p."id", p."destinationId", p."repository", p."tag", p."digest", p."publishedAt",
           p."tag" <> '' AND lead(p."id") OVER same IS NOT NULL AS "superseded",
           c."sourceHost" || '/' || c."sourceRepository" || coalesce(':' || c."tag", '@' || c."digest") AS "original",
           coalesce(CASE WHEN c."resolvedDigest" = p."digest" THEN c."sizeBytes" END, t."sizeBytes") AS "sizeBytes"
      FROM "Publication" p
      LEFT JOIN "Component" c ON c."id" = p."componentId"
      LEFT JOIN "Placement" l
        ON l."destinationId" = p."destinationId" AND l."repository" = p."repository" AND l."digest" = p."digest"
       AND l."tag" = CASE WHEN p."tag" = '' THEN '@' || p."digest" ELSE p."tag" END
      LEFT JOIN "MirrorTask" t ON t."id" = l."taskId"
     WHERE p."organizationId" IS NOT DISTINCT FROM ${organizationId}::uuid
       AND (${destinationId}::uuid IS NULL OR p."destinationId" = ${destinationId}::uuid)
       AND (${repository}::text IS NULL OR p."repository" = ${repository}::text)
    WINDOW same AS (PARTITION BY p."destinationId", p."repository", p."tag" ORDER BY p."publishedAt", p."id")
     ORDER BY p."repository", p."tag", p."id"
     LIMIT ${maxJobImages}`;
}

/** By destination, what the organization has selected; there is none but the one that its offer leads to. */
async function findSelectedPlaces(
  organizationId: string,
  paths?: readonly string[],
): Promise<Map<string, Set<string>>> {
  const [offer, components] = await Promise.all([
    findOffer(organizationId),
    findChosenComponents([organizationId], paths),
  ]);
  if (!offer?.destination) return new Map();
  const { id, basePath } = offer.destination;
  return new Map([[id, new Set(components.flatMap((component) => listPlaces(component, basePath)))]]);
}

/** By destination, what the catalog leads to; whatever destination the provider writes to is offered to it. */
async function findCatalogPlaces(paths?: string[]): Promise<Map<string, Set<string>>> {
  const [destinations, components] = await Promise.all([
    db.destination.findMany({
      where: { publications: { some: { organizationId: null } } },
      select: { id: true, basePath: true },
    }),
    db.component.findMany({
      where: {
        enabled: true,
        ...(paths && { OR: [{ targetPath: { in: paths } }, { moreTargets: { hasSome: paths } }] }),
      },
      select: { targetPath: true, moreTargets: true, tag: true, digest: true },
    }),
  ]);
  return new Map(
    destinations.map(({ id, basePath }) => [
      id,
      new Set(components.flatMap((component) => listPlaces(component, basePath))),
    ]),
  );
}

interface PlacedComponent {
  targetPath: string;
  moreTargets: string[];
  tag: string | null;
  digest: string | null;
}

function listPlaces({ targetPath, moreTargets, tag, digest }: PlacedComponent, basePath: string): string[] {
  const base = basePath === "" ? "" : `${basePath}/`;
  return [targetPath, ...moreTargets].map((path) =>
    formatPlace({ repository: `${base}${path}`, tag: tag ?? "", digest: digest ?? "" }),
  );
}

function formatPlace({ repository, tag, digest }: { repository: string; tag: string; digest: string }) {
  return `${repository}${tag === "" ? `@${digest}` : `:${tag}`}`;
}
