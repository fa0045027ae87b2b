import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import type { Bundle } from "#lib/db/generated/client.ts";
import { BundleState, JobState } from "#lib/db/generated/enums.ts";
import type { ChangeTransaction } from "#lib/db/with-change.ts";
import { AppError } from "#lib/errors.ts";

/** Bundles whose files are all there, as far as anybody knows. */
export const readyStates: readonly BundleState[] = [BundleState.unchecked, BundleState.sound];

/** Of jobs that still need what they read or write. */
export const openJobStates: readonly JobState[] = [
  JobState.queued,
  JobState.planning,
  JobState.planned,
  JobState.running,
];

/** A bundle that is not about to go. @throws AppError `not-found` for what is not there or not the reader's */
export async function findBundle(
  access: Pick<Access<"bundle.read">, "ownRows">,
  id: string,
): Promise<Bundle> {
  const row = await db.bundle.findFirst({ where: { id, removing: false, ...access.ownRows() } });
  if (!row) throw new AppError("not-found", { what: "bundle" });
  return row;
}

/**
 * A bundle as it is, and nobody changes it or begins a job with it before the transaction ends.
 *
 * @throws AppError `not-found` when it is gone meanwhile or about to go
 */
export async function lockBundle(tx: ChangeTransaction, id: string): Promise<Bundle> {
  await tx.$queryRaw`SELECT 1 FROM "Bundle" WHERE "id" = ${id}::uuid FOR UPDATE`;
  const row = await tx.bundle.findFirst({ where: { id, removing: false } });
  if (!row) throw new AppError("not-found", { what: "bundle" });
  return row;
}

/** @throws AppError `bundle-not-ready` */
export function assertState(
  { name, state }: Pick<Bundle, "name" | "state">,
  allowed: readonly BundleState[],
): void {
  if (!allowed.includes(state)) throw new AppError("bundle-not-ready", { name, state });
}
