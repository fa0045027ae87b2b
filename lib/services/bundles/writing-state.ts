import "server-only";
import { BundleState } from "#lib/db/generated/enums.ts";
import type { ChangeTransaction } from "#lib/db/with-change.ts";

/** A bundle that was left by its export goes on being written. */
export async function beginWriting(tx: ChangeTransaction, jobId: string): Promise<void> {
  await tx.bundle.updateMany({
    where: { jobs: { some: { id: jobId } }, removing: false },
    data: { state: BundleState.writing },
  });
}

/** The export of a bundle has ended before it was complete. */
export async function leaveWriting(tx: ChangeTransaction, bundleId: string): Promise<void> {
  await tx.bundle.updateMany({
    where: { id: bundleId, state: BundleState.writing },
    data: { state: BundleState.unfinished },
  });
}
