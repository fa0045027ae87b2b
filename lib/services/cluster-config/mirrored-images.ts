import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { Prisma } from "#lib/db/generated/client.ts";
import { type MirroredImage, splitLocation } from "#lib/domain/cluster-config/mirrored-image.ts";
import { EngineError } from "#lib/engine/oci/errors.ts";
import { parseReference } from "#lib/engine/oci/reference.ts";

/** Repositories: more than all releases have. What is beyond is left out, by its name. */
const maxRows = 20_000;
/** Of one repository. */
const maxReferences = 100;

interface Row {
  componentSource: string | null;
  originalName: string | null;
  repository: string;
  /** Null where none has one. */
  tags: string[] | null;
  digests: string[];
}

/**
 * Images that jobs have brought to a destination and nobody has taken away again, by the repositories that their releases
 * name; a tenant's are its own and the provider's. imgpkg bundles are not among them: no node pulls one.
 *
 * @param place that the caller has found by `getConfigPlace`
 */
export async function readMirroredImages(
  access: Access<"cluster-config.read">,
  { id, host }: { id: string; host: string },
): Promise<MirroredImage[]> {
  const { organizationId } = access;
  const own =
    organizationId === null
      ? Prisma.empty
      : Prisma.sql`AND (p."organizationId" IS NULL OR p."organizationId" = ${organizationId}::uuid)`;
  // One row for each repository, so that what was published over the years leaves no image out.
  const rows = await db.$queryRaw<Row[]>`
    SELECT c."sourceHost" || '/' || c."sourceRepository" AS "componentSource",
           min(t."originalName") AS "originalName", p."repository",
           (array_agg(DISTINCT p."tag" ORDER BY p."tag") FILTER (WHERE p."tag" <> ''))[1:${maxReferences}::int] AS "tags",
           (array_agg(DISTINCT p."digest" ORDER BY p."digest"))[1:${maxReferences}::int] AS "digests"
      FROM "Publication" p
      LEFT JOIN "Component" c ON c."id" = p."componentId"
      LEFT JOIN "Placement" l ON l."destinationId" = p."destinationId" AND l."repository" = p."repository"
            AND l."tag" = CASE WHEN p."tag" = '' THEN '@' || p."digest" ELSE p."tag" END
      LEFT JOIN "MirrorTask" t ON t."id" = l."taskId"
     WHERE p."destinationId" = ${id}::uuid AND COALESCE(c."kind", t."kind") = 'image' ${own}
     GROUP BY 1, p."repository",
              CASE WHEN c."id" IS NULL THEN regexp_replace(t."originalName", '(:[^:/@]+)?(@[^@]+)?$', '') END
     ORDER BY 1, 2, 3
     LIMIT ${maxRows}`;
  const images = new Map<string, { targets: Set<string>; tags: Set<string>; digests: Set<string> }>();
  for (const row of rows) {
    const source = row.componentSource ?? sourceOf(row.originalName);
    if (source === null) continue;
    const image = images.get(source) ?? { targets: new Set(), tags: new Set(), digests: new Set() };
    images.set(source, image);
    image.targets.add(`${host}/${row.repository}`);
    for (const tag of row.tags ?? []) image.tags.add(tag);
    for (const digest of row.digests) image.digests.add(digest);
  }
  return [...images].map(([source, { targets, tags, digests }]) => ({
    source,
    ...{ targets: [...targets], tags: [...tags], digests: [...digests] },
  }));
}

/** Registries that they come from, each once. */
export const listSourceHosts = (images: readonly MirroredImage[]): string[] =>
  [...new Set(images.map(({ source }) => splitLocation(source).host))].sort();

/** Of a job whose component is gone, its name is left. */
function sourceOf(name: string | null): string | null {
  try {
    const { registry, repository } = parseReference(name ?? "");
    return `${registry}/${repository}`;
  } catch (error) {
    if (error instanceof EngineError) return null;
    throw error;
  }
}
