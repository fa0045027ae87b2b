import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { Prisma } from "#lib/db/generated/client.ts";
import { type MirroredImage, pauseImage, splitLocation } from "#lib/domain/cluster-config/mirrored-image.ts";
import { EngineError } from "#lib/engine/oci/errors.ts";
import { parseReference } from "#lib/engine/oci/reference.ts";

/** Repositories: more than all releases have. What is beyond is left out, by its name. */
const maxRows = 20_000;
/** Of one repository: years of nightly builds. */
const maxReferences = 1000;

/** What is known of a destination, and how much of it. */
export interface MirroredImages {
  /** Those that are read, with all their places. */
  images: MirroredImage[];
  /** There are others, of which nothing can be said: least of all that they are not there. */
  isCut: boolean;
  /** Of some image there are more tags or digests. */
  hasMoreReferences: boolean;
}

interface Row {
  source: string;
  /** Of a job whose component is gone, where there is no other. */
  originalName: string | null;
  repository: string;
  /** Null where none has one. */
  tags: string[] | null;
  digests: string[];
  hasMore: boolean;
}

/** What stands at several places is to be found at all of them, however it is known. */
const sourceColumn = Prisma.sql`COALESCE(c."sourceHost" || '/' || c."sourceRepository",
  regexp_replace(t."originalName", '(:[^:/@]+)?(@[^@]+)?$', ''))`;

const tagsColumn = Prisma.sql`(array_agg(DISTINCT p."tag" ORDER BY p."tag") FILTER (WHERE p."tag" <> ''))`;
const digestsColumn = Prisma.sql`(array_agg(DISTINCT p."digest" ORDER BY p."digest"))`;

/**
 * Images that jobs have brought to a destination and nobody has taken away again, by the repositories that their releases
 * name; a tenant's are its own and the provider's. imgpkg bundles are not among them: no node pulls one.
 *
 * @param place that the caller has found by `getConfigPlace`
 */
export async function readMirroredImages(
  access: Access<"cluster-config.read">,
  { id, host }: { id: string; host: string },
): Promise<MirroredImages> {
  const { organizationId } = access;
  const own =
    organizationId === null
      ? Prisma.empty
      : Prisma.sql`AND (p."organizationId" IS NULL OR p."organizationId" = ${organizationId}::uuid)`;
  // One row for each repository, so that what was published over the years leaves no image out. The image that every pod on
  // Windows nodes needs comes before all others, with its tag, so that it is never among what is left out.
  const rows = await db.$queryRaw<Row[]>`
    SELECT ${sourceColumn} AS "source", p."repository",
           CASE WHEN bool_and(c."id" IS NULL) THEN min(t."originalName") END AS "originalName",
           ${tagsColumn}[1:${maxReferences}::int]
             || CASE WHEN bool_or(p."tag" = ${pauseImage.tag}) THEN ARRAY[${pauseImage.tag}] END AS "tags",
           ${digestsColumn}[1:${maxReferences}::int] AS "digests",
           GREATEST(cardinality(${tagsColumn}), cardinality(${digestsColumn})) > ${maxReferences}::int AS "hasMore"
      FROM "Publication" p
      LEFT JOIN "Component" c ON c."id" = p."componentId"
      LEFT JOIN "Placement" l ON l."destinationId" = p."destinationId" AND l."repository" = p."repository"
            AND l."tag" = CASE WHEN p."tag" = '' THEN '@' || p."digest" ELSE p."tag" END
      LEFT JOIN "MirrorTask" t ON t."id" = l."taskId"
     WHERE p."destinationId" = ${id}::uuid AND COALESCE(c."kind", t."kind") = 'image' ${own}
     GROUP BY 1, p."repository"
     ORDER BY ${sourceColumn} = ${pauseImage.source} DESC, 1, p."repository"
     LIMIT ${maxRows + 1}`;
  const beyond = rows[maxRows];
  const images = new Map<string, { targets: Set<string>; tags: Set<string>; digests: Set<string> }>();
  for (const row of rows) {
    const source = row.originalName === null ? row.source : sourceOf(row.originalName);
    // With some of its places only, an image would be missed at the others.
    if (source === null || row.source === beyond?.source) continue;
    const image = images.get(source) ?? { targets: new Set(), tags: new Set(), digests: new Set() };
    images.set(source, image);
    image.targets.add(`${host}/${row.repository}`);
    for (const tag of row.tags ?? []) image.tags.add(tag);
    for (const digest of row.digests) image.digests.add(digest);
  }
  return {
    images: [...images].map(([source, { targets, tags, digests }]) => ({
      source,
      ...{ targets: [...targets], tags: [...tags], digests: [...digests] },
    })),
    isCut: beyond !== undefined,
    hasMoreReferences: rows.some(({ hasMore }) => hasMore),
  };
}

/** Registries that they come from, each once. */
export const listSourceHosts = (images: readonly MirroredImage[]): string[] =>
  [...new Set(images.map(({ source }) => splitLocation(source).host))].sort();

/** Of a job whose component is gone, its name is left. */
function sourceOf(name: string): string | null {
  try {
    const { registry, repository } = parseReference(name);
    return `${registry}/${repository}`;
  } catch (error) {
    if (error instanceof EngineError) return null;
    throw error;
  }
}
