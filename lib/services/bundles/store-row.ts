import "server-only";
import { db } from "#lib/db/client.ts";
import type { BundleStore } from "#lib/db/generated/client.ts";
import { AppError } from "#lib/errors.ts";

/** A folder for bundles that a worker has told of at any time. @throws AppError `not-found` */
export async function findStore(id: string): Promise<BundleStore> {
  const row = await db.bundleStore.findUnique({ where: { id } });
  if (!row) throw new AppError("not-found", { what: "bundle-store" });
  return row;
}
