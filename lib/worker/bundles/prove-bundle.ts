import "server-only";
import { writeDb } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { BundleState } from "#lib/db/generated/enums.ts";
import type { OpenBundle } from "#lib/engine/bundle/open-bundle.ts";
import type { EngineError } from "#lib/engine/oci/errors.ts";
import { errorView } from "#lib/error-view.ts";
import { inTransaction } from "../transaction.ts";
import type { ByteMeter } from "./byte-meter.ts";
import { type BundleDescription, describeBundle, writeDescription } from "./describe-bundle.ts";

/** Findings that are kept of a bundle. */
const maxFindings = 100;

/** The bytes that a check of a bundle reads. */
export function countBytes({ files }: Pick<OpenBundle, "files">): number {
  return files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/**
 * Reads all of a bundle, and keeps what it says of itself and what is wrong with it.
 *
 * @returns what is wrong; nothing when it is sound
 */
export async function proveBundle(
  bundleId: string,
  bundle: OpenBundle,
  path: string,
  { meter, signal }: { meter: ByteMeter; signal: AbortSignal },
): Promise<readonly EngineError[]> {
  const description = await describeBundle(bundle, path);
  const findings = await bundle.check({ onBytes: (count) => meter.add(count), signal });
  signal.throwIfAborted();
  await keepVerdict(bundleId, description, findings);
  return findings;
}

async function keepVerdict(
  bundleId: string,
  description: BundleDescription,
  findings: readonly EngineError[],
): Promise<void> {
  await inTransaction(async (tx) => {
    await writeDescription(tx, bundleId, description, {
      state: findings.length === 0 ? BundleState.sound : BundleState.damaged,
      ...verdictOf(findings),
    });
  });
}

/** Keeps why a bundle could not even be opened. */
export async function keepUnreadable(bundleId: string, error: EngineError): Promise<void> {
  await writeDb.bundle.updateMany({
    where: { id: bundleId },
    data: { state: BundleState.damaged, ...verdictOf([error]) },
  });
}

function verdictOf(findings: readonly EngineError[]) {
  const kept = findings.slice(0, maxFindings).map((finding) => errorView(finding));
  return { findings: kept as unknown as Prisma.InputJsonValue, checkedAt: new Date() };
}
