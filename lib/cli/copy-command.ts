import { createMirrorSession, createRegistryTarget, type ListedItem } from "../engine/mirror/index.ts";
import { EngineError } from "../engine/oci/errors.ts";
import { formatReference } from "../engine/oci/reference.ts";
import { copyUsage, parseCopyOptions, type CopyOptions } from "./copy-options.ts";
import { describeImageFailure, type ImageFailure } from "./image-failure.ts";
import { openRegistries, type OpenRegistries } from "./open-registries.ts";
import { formatBytes } from "./format-bytes.ts";
import { ProgressBar } from "./progress-bar.ts";
import { readItems } from "./read-list.ts";
import { describeUsage } from "./usage-error.ts";

/** However few images are copied at once: one image's layers need not wait for each other. */
const minLayersAtOnce = 4;

interface CopyReport {
  readonly images: number;
  readonly copied: number;
  readonly skipped: number;
  readonly failed: number;
  readonly bytesTransferred: number;
  readonly blobsMounted: number;
  /** Of the images that were not skipped at first sight: layers that live elsewhere, and were left there. */
  readonly foreignLayersLeftOut: number;
  readonly requests: number;
  readonly durationMs: number;
  readonly failures: readonly ImageFailure[];
}

/** `drayage copy`. @returns the exit status */
export async function runCopyCommand(args: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  let options: CopyOptions;
  let items: ListedItem[];
  let registries: OpenRegistries;
  try {
    const parsed = parseCopyOptions(args);
    if (parsed === "help") {
      process.stdout.write(copyUsage);
      return 0;
    }
    options = parsed;
    items = await readItems(options.listPath, options);
    registries = await openRegistries(options, items, "pull,push");
  } catch (error) {
    process.stderr.write(`drayage copy: ${describeUsage(error)}\n`);
    return 2;
  }

  const report = await copyAll(options, items, registries, startedAt);
  if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  else process.stdout.write(`${summarize(report)}\n`);
  return report.failed === 0 ? 0 : 1;
}

async function copyAll(
  options: CopyOptions,
  items: readonly ListedItem[],
  registries: OpenRegistries,
  startedAt: number,
): Promise<CopyReport> {
  const cancelling = new AbortController();
  const onInterrupt = () => cancelling.abort();
  process.once("SIGINT", onInterrupt).once("SIGTERM", onInterrupt);
  const bar = process.stderr.isTTY ? new ProgressBar(process.stderr, items.length) : null;
  let foreignLayersLeftOut = 0;
  const session = createMirrorSession({
    source: registries.source,
    target: createRegistryTarget(registries.target),
    scope: options.scope,
    limits: { images: options.concurrency, blobs: Math.max(options.concurrency, minLayersAtOnce) },
    onEvent: (event) => {
      if (event.type === "image-planned") foreignLayersLeftOut += event.plan.foreignLayers.length;
      bar?.onEvent(event);
    },
  });
  const copyOptions = {
    signal: cancelling.signal,
    ...(options.recheck && { recheck: options.recheck }),
  };
  const failures: ImageFailure[] = [];
  let copied = 0;
  let skipped = 0;
  try {
    await Promise.all(
      items.map(async ({ item }) => {
        try {
          const { outcome } = await session.copy(item, copyOptions);
          if (outcome === "copied") copied++;
          else skipped++;
        } catch (error) {
          if (!(error instanceof EngineError)) throw error;
          const failure = describeImageFailure(formatReference(item.source), error);
          failures.push(failure);
          if (error.code !== "cancelled") note(bar, `${failure.image}: ${failure.message}`);
        }
      }),
    );
  } finally {
    bar?.stop();
    process.off("SIGINT", onInterrupt).off("SIGTERM", onInterrupt);
    await registries.close();
  }
  return {
    images: items.length,
    copied,
    skipped,
    failed: failures.length,
    ...session.totals,
    foreignLayersLeftOut,
    durationMs: Math.round(performance.now() - startedAt),
    failures,
  };
}

function note(bar: ProgressBar | null, line: string): void {
  if (bar) bar.note(line);
  else process.stderr.write(`${line}\n`);
}

function summarize(report: CopyReport): string {
  const { images, copied, skipped, failed, bytesTransferred, blobsMounted, durationMs } = report;
  const seconds = (durationMs / 1000).toFixed(1);
  const foreign = report.foreignLayersLeftOut;
  const leftOut =
    foreign === 0
      ? ""
      : `\n${foreign} ${foreign === 1 ? "layer lives" : "layers live"} elsewhere and ${foreign === 1 ? "was" : "were"} left there; --include-foreign copies such layers, too`;
  return `${images} ${images === 1 ? "image" : "images"}: ${copied} copied, ${skipped} already there, ${failed} failed; ${formatBytes(bytesTransferred)} transferred, ${blobsMounted} blobs mounted, ${seconds} s${leftOut}`;
}
