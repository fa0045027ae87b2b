import "server-only";
import { BundleState } from "#lib/db/generated/enums.ts";
import type { ChangeTransaction } from "#lib/db/with-change.ts";
import { AppError } from "#lib/errors.ts";

/**
 * Sees to it that nothing in a store has one of these names, or is going to have it, as far as is known.
 *
 * @param uploadId of an upload that itself is going to have them
 * @throws AppError `name-taken`
 */
export async function assertNamesFree(
  tx: Pick<ChangeTransaction, "bundle" | "bundleFile" | "storeFile">,
  storeId: string,
  names: readonly string[],
  uploadId?: string,
): Promise<void> {
  const among = { in: [...names] };
  const bundle = await tx.bundle.findFirst({ where: { storeId, folder: among } });
  if (bundle) throw new AppError("name-taken", { what: "bundle", name: bundle.folder });
  const coming = { storeId, loose: true, state: BundleState.uploading };
  const file =
    (await tx.storeFile.findFirst({ where: { storeId, name: among } })) ??
    (await tx.bundleFile.findFirst({
      where: { name: among, bundle: coming, ...(uploadId !== undefined && { bundleId: { not: uploadId } }) },
    }));
  if (file) throw new AppError("name-taken", { what: "store-file", name: file.name });
}
