import "server-only";
import type { ChangeTransaction } from "#lib/db/with-change.ts";
import { AppError } from "#lib/errors.ts";

const maxNamed = 20;

/**
 * What an organization has turned off altogether it has no use for.
 *
 * @throws AppError `in-use` by organizations whose latest revision has something of the release on
 */
export async function assertNotSelected(
  tx: ChangeTransaction,
  releaseId: string,
  name: string,
): Promise<void> {
  const owners = await tx.$queryRaw<{ displayName: string }[]>`
    SELECT g."displayName"
      FROM (SELECT DISTINCT ON (l."organizationId") l."id", l."organizationId"
              FROM "Selection" l
             WHERE l."releaseId" = ${releaseId}::uuid AND l."organizationId" IS NOT NULL
             ORDER BY l."organizationId", l."revision" DESC) s
      JOIN "Organization" g ON g."id" = s."organizationId"
     WHERE EXISTS (SELECT 1 FROM "SelectionComponent" x WHERE x."selectionId" = s."id" AND x."enabled")
     ORDER BY g."displayName"`;
  if (owners.length === 0) return;
  const names = owners.slice(0, maxNamed).map(({ displayName }) => displayName);
  throw new AppError("in-use", { what: "release", name, by: "selection", count: owners.length, names });
}
