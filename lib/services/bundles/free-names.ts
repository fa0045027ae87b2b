import "server-only";
import type { db } from "#lib/db/client.ts";
import { BundleState } from "#lib/db/generated/enums.ts";
import { AppError } from "#lib/errors.ts";

interface Taken {
  what: "bundle" | "store-file";
  name: string;
}

type Rows = Pick<typeof db, "bundle" | "bundleFile" | "storeFile">;

/** What in a store has one of these names, or is going to have it, as far as is known. */
export async function findTaken(
  rows: Rows,
  storeId: string,
  names: readonly string[],
): Promise<Taken | null> {
  const among = { in: [...names] };
  const bundle = await rows.bundle.findFirst({ where: { storeId, folder: among } });
  if (bundle) return { what: "bundle", name: bundle.folder };
  const coming = { storeId, loose: true, state: BundleState.uploading };
  const file =
    (await rows.storeFile.findFirst({ where: { storeId, name: among } })) ??
    (await rows.bundleFile.findFirst({ where: { name: among, bundle: coming } }));
  return file && { what: "store-file", name: file.name };
}

/** As `findTaken`. @throws AppError `name-taken` */
export async function assertNamesFree(...search: Parameters<typeof findTaken>): Promise<void> {
  const taken = await findTaken(...search);
  if (taken) throw new AppError("name-taken", taken);
}
