import "server-only";
import { compareVersions } from "#lib/domain/catalog/compare-versions.ts";
import type { CseVersion } from "#lib/domain/catalog/cse-versions.ts";
import { db } from "#lib/db/client.ts";
import type { CseVersion as CseVersionRow } from "#lib/db/generated/client.ts";

/** What is known of versions of Container Service Extension, newest first. */
export async function readCseVersions(): Promise<CseVersion[]> {
  return (await db.cseVersion.findMany()).map(toCseVersion).toSorted(newestFirst);
}

export function toCseVersion({ version, gettingStartedTag, ...components }: CseVersionRow): CseVersion {
  return { version, gettingStartedTag, components };
}

export const newestFirst = (one: CseVersion, other: CseVersion): number =>
  compareVersions(other.version, one.version);
