import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { type Change, withChange } from "#lib/db/with-change.ts";
import { AppError } from "#lib/errors.ts";
import { assertNotOffered } from "../offers/offer-uses.ts";

/** @throws AppError `not-found`, `name-taken` */
export async function createDestination(
  access: Access<"registry.write">,
  input: { registryId: string; basePath: string },
): Promise<{ id: string }> {
  const { registryId, basePath } = input;
  const registry = await db.registry.findFirst({
    where: { id: registryId, ...access.ownRows() },
    select: { host: true, organizationId: true },
  });
  if (!registry) throw new AppError("not-found", { what: "registry" });
  const name = formatDestination(registry.host, basePath);
  const change: Change = {
    action: "destination.create",
    objectName: name,
    organizationId: registry.organizationId,
  };
  return withChange(access, change, async (tx, audit) => {
    if ((await tx.destination.count({ where: { registryId, basePath } })) > 0) {
      throw new AppError("name-taken", { what: "destination", name });
    }
    const row = await tx.destination.create({ data: { registryId, basePath } });
    audit.object(row.id, name);
    audit.after({ registryId, host: registry.host, basePath });
    return { id: row.id };
  });
}

/** @throws AppError `not-found`; `in-use` by jobs and offers */
export async function deleteDestination(access: Access<"registry.write">, id: string): Promise<void> {
  const destination = await db.destination.findFirst({
    where: { id, registry: access.ownRows() },
    select: { basePath: true, registryId: true, registry: { select: { host: true, organizationId: true } } },
  });
  if (!destination) throw new AppError("not-found", { what: "destination" });
  const { basePath, registryId, registry } = destination;
  const name = formatDestination(registry.host, basePath);
  const change: Change = {
    action: "destination.delete",
    objectId: id,
    objectName: name,
    organizationId: registry.organizationId,
  };
  await withChange(access, change, async (tx, audit) => {
    const count = await tx.mirrorJob.count({ where: { destinationId: id } });
    if (count > 0) throw new AppError("in-use", { what: "destination", name, by: "job", count });
    await assertNotOffered(tx, { what: "destination", name }, { destinationId: id });
    await tx.destination.delete({ where: { id } });
    audit.before({ registryId, host: registry.host, basePath });
  });
}

function formatDestination(host: string, basePath: string): string {
  return basePath === "" ? host : `${host}/${basePath}`;
}
