import "server-only";
import type { ChangeTransaction } from "#lib/db/with-change.ts";
import type { ConfigDocument } from "#lib/domain/vcd/config-document.ts";
import { checkContainerRegistryUrl } from "#lib/domain/vcd/container-registry-url.ts";
import { assertFree, formatPlaceName } from "../offers/offer-place.ts";
import { registryUrlOf } from "./registry-url.ts";

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
 * @throws AppError `invalid-input` for a destination that an organization's offer leads to, or around
 */
export async function followUrl(
  tx: ChangeTransaction,
  before: ConfigDocument | null,
  after: ConfigDocument,
): Promise<FollowedUrl | null> {
  const url = registryUrlOf(after);
  if (url === registryUrlOf(before)) return null;
  const checked = checkContainerRegistryUrl(url);
  if (!checked.url) return null;
  if (checked.problems.some(({ code }) => code === "retired-host")) return null;
  await tx.$executeRaw`LOCK TABLE "Offer" IN SHARE ROW EXCLUSIVE MODE`;
  const { host, base: basePath } = checked.url;
  const shared = await tx.offer.findFirst({
    where: { organizationId: null },
    select: { id: true, destination: { select: { basePath: true, registry: { select: { host: true } } } } },
  });
  const standing = shared?.destination;
  // As when the shared destination came first, by whichever of its host's registries.
  if (standing?.registry.host === host && standing.basePath === basePath) return null;
  const registry = await findOrMakeRegistry(tx, host, basePath);
  await assertFree(tx, null, { basePath, registry: { host } }, "containerRegistryUrl");
  const place = { registryId: registry.id, basePath };
  const { id: destinationId } = await tx.destination.upsert({
    where: { registryId_basePath: place },
    create: place,
    update: {},
    select: { id: true },
  });
  const data = { destinationId };
  await (shared ? tx.offer.update({ where: { id: shared.id }, data }) : tx.offer.create({ data }));
  return { name: formatPlaceName(host, basePath), ...(registry.isNew && { madeRegistry: registry.name }) };
}

/** One of the provider's, of several the one that has the destination; those of organizations are no business of all. */
async function findOrMakeRegistry(
  tx: ChangeTransaction,
  host: string,
  basePath: string,
): Promise<{ id: string; name: string; isNew: boolean }> {
  const select = { id: true, name: true } as const;
  const where = { organizationId: null, host };
  const [holder, oldest] = await Promise.all(
    [{ ...where, destinations: { some: { basePath } } }, where].map((each) =>
      tx.registry.findFirst({ where: each, select, orderBy: { createdAt: "asc" } }),
    ),
  );
  const standing = holder ?? oldest;
  if (standing) return { ...standing, isNew: false };
  const isTaken = (name: string) => tx.registry.count({ where: { organizationId: null, name } });
  let name = host;
  for (let count = 2; (await isTaken(name)) > 0; count++) name = `${host} (${count})`;
  return { ...(await tx.registry.create({ data: { name, host }, select })), isNew: true };
}
