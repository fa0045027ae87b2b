import "server-only";
import { writeDb } from "#lib/db/client.ts";
import { BundleState } from "#lib/db/generated/enums.ts";
import { openBundle } from "#lib/engine/bundle/open-any-bundle.ts";
import { EngineError } from "#lib/engine/oci/errors.ts";
import { isThere } from "#lib/services/bundles/upload-files.ts";
import { findBundlePath } from "./bundle-place.ts";
import { ByteMeter } from "./byte-meter.ts";
import { describeBundle, writeDescription } from "./describe-bundle.ts";
import { inTransaction } from "../transaction.ts";
import { countBytes, keepUnreadable, proveBundle } from "./prove-bundle.ts";

/** Looks into a bundle, then reads all of it, and keeps what is wrong. A bundle in any other state is left as it is. */
export async function checkBundle(bundleId: string, signal: AbortSignal): Promise<void> {
  const row = await writeDb.bundle.findFirst({
    where: { id: bundleId, removing: false, state: BundleState.unchecked, checkedAt: null },
  });
  if (row === null) return;
  const path = await findBundlePath(row);
  if (!(await isThere(path))) {
    await writeDb.bundle.update({ where: { id: bundleId }, data: { state: BundleState.missing } });
    return;
  }
  try {
    const bundle = await openBundle(path, { signal });
    try {
      const description = await describeBundle(bundle, path);
      const checkBytes = countBytes(bundle);
      await inTransaction((tx) =>
        writeDescription(tx, bundleId, description, { checkBytes, checkedBytes: 0 }),
      );
      const meter = new ByteMeter((bytes) =>
        writeDb.bundle.updateMany({
          where: { id: bundleId },
          data: { checkedBytes: Math.min(bytes, checkBytes) },
        }),
      );
      try {
        await proveBundle(bundleId, bundle, path, { meter, signal });
      } finally {
        await meter.stop();
      }
    } finally {
      await bundle.close();
    }
  } catch (error) {
    if (signal.aborted || !(error instanceof EngineError)) throw error;
    await keepUnreadable(bundleId, error);
  }
}
