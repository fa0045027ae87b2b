import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { type Change, withChange } from "#lib/db/with-change.ts";
import { type CseVersion, cseComponents } from "#lib/domain/catalog/cse-versions.ts";
import type { SaveCseVersionsInput } from "#lib/schemas/cse-versions.ts";
import { newestFirst, toCseVersion } from "./read-cse-versions.ts";

/** There is one table, which the trail names so. */
const tableId = "all";

/** Puts one table of versions in the place of another. */
export async function saveCseVersions(
  access: Access<"catalog.write">,
  { versions }: SaveCseVersionsInput,
): Promise<void> {
  const change: Change = {
    action: "cse-version.save",
    objectId: tableId,
    objectName: tableId,
    organizationId: null,
  };
  await withChange(access, change, async (tx, audit) => {
    await tx.$executeRaw`LOCK TABLE "CseVersion" IN SHARE ROW EXCLUSIVE MODE`;
    const standing = await tx.cseVersion.findMany();
    audit.before({ versions: formatTable(standing.map(toCseVersion)) });
    await tx.cseVersion.deleteMany();
    await tx.cseVersion.createMany({
      data: versions.map(({ version, gettingStartedTag, components }) => ({
        version,
        gettingStartedTag,
        ...components,
      })),
    });
    audit.after({ versions: formatTable(versions) });
  });
}

/** As the trail shows it, newest first. */
function formatTable(versions: readonly CseVersion[]): string[] {
  return versions.toSorted(newestFirst).map(({ version, gettingStartedTag, components }) => {
    const parts = cseComponents.flatMap((name) =>
      components[name] === null ? [] : [`${name} ${components[name]}`],
    );
    return [`${version} -> ${gettingStartedTag ?? "-"}`, ...parts].join(", ");
  });
}
