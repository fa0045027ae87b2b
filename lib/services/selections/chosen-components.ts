import "server-only";
import { db } from "#lib/db/client.ts";
import { Prisma } from "#lib/db/generated/client.ts";
import type { ComponentKind } from "#lib/db/generated/enums.ts";

/** A component that an organization publishes. Exactly one of tag and digest is set. */
export interface ChosenRow {
  organizationId: string;
  releaseId: string;
  id: string;
  kind: ComponentKind;
  sourceHost: string;
  sourceRepository: string;
  tag: string | null;
  digest: string | null;
  targetPath: string;
  moreTargets: string[];
  resolvedDigest: string | null;
  sizeBytes: bigint | null;
}

/**
 * What organizations publish: of the releases that they are offered and have saved a selection of, what is required and
 * what the latest revision has on, without what is withheld. A component that came to its release after that revision is
 * off, since nobody has chosen it.
 *
 * @param organizationIds of all without it
 * @param paths below a destination's base: only of those that go to one of them
 */
export async function findChosenComponents(
  organizationIds?: readonly string[],
  paths?: readonly string[],
): Promise<ChosenRow[]> {
  const ofThem = (column: string) =>
    organizationIds
      ? Prisma.sql`${Prisma.raw(column)} = ANY(${[...organizationIds]}::uuid[])`
      : Prisma.sql`${Prisma.raw(column)} IS NOT NULL`;
  const toPaths = paths
    ? Prisma.sql`AND (c."targetPath" = ANY(${[...paths]}::text[]) OR c."moreTargets" && ${[...paths]}::text[])`
    : Prisma.empty;
  return db.$queryRaw<ChosenRow[]>`
    SELECT o."organizationId", c."releaseId", c."id", c."kind"::text AS "kind", c."sourceHost", c."sourceRepository",
           c."tag", c."digest", c."targetPath", c."moreTargets", c."resolvedDigest", c."sizeBytes"
      FROM (SELECT DISTINCT ON (g."id") g."id" AS "organizationId", f."id"
              FROM "Organization" g JOIN "Offer" f ON f."organizationId" = g."id" OR f."organizationId" IS NULL
             WHERE ${ofThem('g."id"')}
             ORDER BY g."id", f."organizationId" NULLS LAST) o
      JOIN "OfferRelease" r ON r."offerId" = o."id"
      JOIN (SELECT DISTINCT ON (l."organizationId", l."releaseId") l."organizationId", l."releaseId", l."id"
              FROM "Selection" l
             WHERE ${ofThem('l."organizationId"')}
             ORDER BY l."organizationId", l."releaseId", l."revision" DESC) s
        ON s."organizationId" = o."organizationId" AND s."releaseId" = r."releaseId"
      JOIN "Component" c ON c."releaseId" = r."releaseId"
      LEFT JOIN "OfferComponent" e ON e."offerId" = o."id" AND e."componentId" = c."id"
      LEFT JOIN "SelectionComponent" x ON x."selectionId" = s."id" AND x."componentId" = c."id"
     WHERE e."rule" IS DISTINCT FROM 'withheld' AND (e."rule" = 'required' OR x."enabled") ${toPaths}
     ORDER BY o."organizationId", c."releaseId", c."position"`;
}
