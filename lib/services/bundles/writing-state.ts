import "server-only";
import { BundleState } from "#lib/db/generated/enums.ts";
import type { ChangeTransaction } from "#lib/db/with-change.ts";
import { AppError } from "#lib/errors.ts";

/** A bundle that was left by its export goes on being written. @throws AppError `not-found` for one that is gone or to go */
export async function beginWriting(tx: ChangeTransaction, jobId: string): Promise<void> {
  const { count } = await tx.bundle.updateMany({
    where: { jobs: { some: { id: jobId } }, removing: false },
    data: { state: BundleState.writing },
  });
  if (count === 0) throw new AppError("not-found", { what: "bundle" });
}

/** The export of a bundle has ended before it was complete. */
export async function leaveWriting(tx: ChangeTransaction, bundleId: string): Promise<void> {
  await tx.bundle.updateMany({
    where: { id: bundleId, state: BundleState.writing },
    data: { state: BundleState.unfinished },
  });
}
