import { createMirrorSession } from "../mirror/create-mirror-session.ts";
import type { MirrorSession, MirrorSessionOptions, MirrorTotals } from "../mirror/mirror-session.ts";
import { EngineError, type EngineErrorCode } from "../oci/errors.ts";
import { createBundleTarget } from "./bundle-target.ts";
import type { BundleWriter } from "./bundle-writer.ts";
import type { BundleMaking, ExportImage } from "./export-layout.ts";
import { writeExtraFile, type ExtraFile } from "./extra-files.ts";
import type { ProvenFile } from "./prove-files.ts";

export interface WriteBundleOptions {
  readonly making: BundleMaking;
  /** How images are copied. */
  readonly session: Omit<MirrorSessionOptions, "target" | "coordinator">;
  readonly files: readonly ExtraFile[];
  /** Copies an image, as `session.copy` does unless given: whoever keeps accounts of each wraps it. */
  readonly copy?: (session: MirrorSession, image: ExportImage, signal: AbortSignal) => Promise<unknown>;
  /** Hears of an image that failed; the others go on. */
  readonly onFailure: (image: ExportImage, error: EngineError) => void;
  /** Hears how many more bytes of a file have been written. */
  readonly onFileBytes?: (file: ExtraFile, count: number) => void;
  /** Called once all is there and is going to be proven. */
  readonly onProving?: () => void;
  /** Hears how many more bytes have been proven. */
  readonly onProven?: (count: number) => void;
  readonly signal: AbortSignal;
}

export interface WrittenBundle {
  /** Null when an image failed: the export then is unfinished, and can be gone on with. */
  readonly proven: readonly ProvenFile[] | null;
  readonly totals: MirrorTotals;
}

/** What a disk has spoilt is fetched so often, before it is said to be broken. */
const maxPasses = 2;

/**
 * Brings all that a bundle lacks, proves it and closes it.
 *
 * @throws EngineError `disk-full`, `disk-failed`, `file-changed`, `cancelled`; `bundle-content-damaged` when the disk
 * does not hold what is written to it
 */
export async function writeBundle(writer: BundleWriter, options: WriteBundleOptions): Promise<WrittenBundle> {
  const { making, files, onProven, signal } = options;
  const sessions: MirrorSession[] = [];
  const totals = () => addTotals(sessions);
  for (let pass = 1; ; pass++) {
    // A session believes what it has seen, so what turned out to be wrong is left to another.
    const session = createMirrorSession({ ...options.session, target: createBundleTarget(writer) });
    sessions.push(session);
    const complete = await copyAll(writer, session, options);
    if (!complete) return { proven: null, totals: totals() };
    for (const file of files) {
      await writeExtraFile(writer, file, { onBytes: (count) => options.onFileBytes?.(file, count), signal });
    }
    try {
      options.onProving?.();
      const proven = await writer.finish(making, { ...(onProven && { onBytes: onProven }), signal });
      return { proven, totals: totals() };
    } catch (error) {
      const isDamage = error instanceof EngineError && error.code === "bundle-content-damaged";
      if (!isDamage || pass === maxPasses) throw error;
    }
  }
}

/** @returns whether all images are there */
async function copyAll(
  { layout }: BundleWriter,
  session: MirrorSession,
  { copy = copyPlanned, onFailure, signal }: WriteBundleOptions,
): Promise<boolean> {
  // A disk that is full fails all images alike: the first is told, and ends the others.
  const ending = new AbortController();
  const together = AbortSignal.any([signal, ending.signal]);
  let complete = true;
  await Promise.all(
    layout.images.map(async (image) => {
      try {
        await copy(session, image, together);
      } catch (error) {
        if (!(error instanceof EngineError) || isLocal(error)) {
          ending.abort(error);
          return;
        }
        complete = false;
        if (!together.aborted) onFailure(image, error);
      }
    }),
  );
  if (signal.aborted) throw new EngineError("cancelled", { operation: "copy", retryable: false });
  ending.signal.throwIfAborted();
  return complete;
}

function copyPlanned(session: MirrorSession, { plan }: ExportImage, signal: AbortSignal) {
  return session.copy(plan.item, { plan, signal });
}

const localCodes: ReadonlySet<EngineErrorCode> = new Set([
  "disk-full",
  "disk-file-too-large",
  "disk-failed",
  "export-differs",
]);

/** Of the disk or of the export as a whole: no single image has failed. */
export function isLocal({ code }: EngineError): boolean {
  return localCodes.has(code);
}

function addTotals(sessions: readonly MirrorSession[]): MirrorTotals {
  const sum = (pick: (totals: MirrorTotals) => number) =>
    sessions.reduce((total, session) => total + pick(session.totals), 0);
  return {
    bytesTransferred: sum(({ bytesTransferred }) => bytesTransferred),
    blobsMounted: sum(({ blobsMounted }) => blobsMounted),
    requests: sum(({ requests }) => requests),
  };
}
