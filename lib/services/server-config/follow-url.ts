import "server-only";
import type { ChangeTransaction } from "#lib/db/with-change.ts";
import { type ConfigDocument, readField } from "#lib/domain/vcd/config-document.ts";
import {
  checkContainerRegistryUrl,
  defaultContainerRegistryUrl,
} from "#lib/domain/vcd/container-registry-url.ts";
import { choosePlace } from "../offers/offer-place.ts";

export interface FollowedUrl {
  /** `host[:port][/path]` */
  name: string;
  /** The name of the registry that was made for it. */
  madeRegistry?: string;
}

/**
 * The registry that clusters pull from is the one that is published to: what a new container registry URL names becomes
 * the shared destination, with a new registry where none is known. Nothing can be published to a registry that answers no
 * more: then it stays where it is.
 *
 * @returns null when the URL is what it was
 * @throws AppError `invalid-input` for a destination that an organization's offer leads to
 */
export async function followUrl(
  tx: ChangeTransaction,
  before: ConfigDocument | null,
  after: ConfigDocument,
): Promise<FollowedUrl | null> {
  const url = readField(after, "containerRegistryUrl");
  const standing = before === null ? defaultContainerRegistryUrl : readField(before, "containerRegistryUrl");
  if (url === null || url === standing) return null;
  const checked = checkContainerRegistryUrl(url);
  if (!checked.url) return null;
  if (checked.problems.some(({ code }) => code === "retired-host")) return null;
  await tx.$executeRaw`LOCK TABLE "Offer" IN SHARE ROW EXCLUSIVE MODE`;
  const { host, base } = checked.url;
  const registry = await findOrMakeRegistry(tx, host);
  const place = await choosePlace(tx, null, { kind: "new", registryId: registry.id, basePath: base });
  if (!place) return null;
  const changed = await tx.offer.updateMany({
    where: { organizationId: null },
    data: { destinationId: place.id },
  });
  if (changed.count === 0) await tx.offer.create({ data: { destinationId: place.id } });
  return { name: place.name, ...(registry.isNew && { madeRegistry: registry.name }) };
}

async function findOrMakeRegistry(
  tx: ChangeTransaction,
  host: string,
): Promise<{ id: string; name: string; isNew: boolean }> {
  const select = { id: true, name: true } as const;
  const where = { organizationId: null, host };
  const standing = await tx.registry.findFirst({ where, select, orderBy: { createdAt: "asc" } });
  if (standing) return { ...standing, isNew: false };
  const isTaken = (name: string) => tx.registry.count({ where: { organizationId: null, name } });
  let name = host;
  for (let count = 2; (await isTaken(name)) > 0; count++) name = `${host} (${count})`;
  return { ...(await tx.registry.create({ data: { name, host }, select })), isNew: true };
}
