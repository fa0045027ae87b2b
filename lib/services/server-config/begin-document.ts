import "server-only";
import type { db } from "#lib/db/client.ts";
import type { ChangeTransaction } from "#lib/db/with-change.ts";
import { type CseVersion, defaultCseVersions } from "#lib/domain/catalog/cse-versions.ts";
import type { ConfigDocument } from "#lib/domain/vcd/config-document.ts";
import { createConfigDocument } from "#lib/domain/vcd/new-config.ts";
import { newestFirst, toCseVersion } from "../cse-versions/read-cse-versions.ts";

const isWhole = ({ components }: CseVersion): boolean =>
  Object.values(components).every((each) => each !== null);

/** A configuration for who has none yet, with the components of the newest release of which all are known. */
export async function beginDocument(client: typeof db | ChangeTransaction): Promise<ConfigDocument> {
  const known = (await client.cseVersion.findMany()).map(toCseVersion).toSorted(newestFirst);
  const release = [...known, ...defaultCseVersions].find(isWhole);
  if (!release) throw new Error("no release of Container Service Extension is known");
  return createConfigDocument(release.components);
}
