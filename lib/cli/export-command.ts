import { readFile } from "node:fs/promises";
import { createPrivateKey } from "node:crypto";
import packageJson from "../../package.json" with { type: "json" };
import { BundleWriter } from "../engine/bundle/bundle-writer.ts";
import { discardExport } from "../engine/bundle/discard-export.ts";
import { assertRoom } from "../engine/bundle/export-folder.ts";
import { readPins } from "../engine/bundle/export-journal.ts";
import { measureLayout, pinImages } from "../engine/bundle/export-layout.ts";
import { writeBundle, type WrittenBundle } from "../engine/bundle/write-bundle.ts";
import { createPlanSession, type PlanSession } from "../engine/mirror/plan-session.ts";
import { EngineError } from "../engine/oci/errors.ts";
import { describeFailure } from "./describe-failure.ts";
import { exportUsage, parseExportOptions, type ExportOptions } from "./export-options.ts";
import { formatBytes } from "./format-bytes.ts";
import { describeImageFailure, type ImageFailure } from "./image-failure.ts";
import { withInterrupt } from "./with-interrupt.ts";
import { openExportSource, type ExportSource } from "./open-export-source.ts";
import type { PlannedExport } from "./plan-export.ts";
import { CommandProgress } from "./command-progress.ts";
import { describeUsage, UsageError } from "./usage-error.ts";

interface ExportReport {
  readonly bundle: string;
  readonly name: string;
  readonly format: ExportOptions["format"];
  /** Whether the bundle can be carried and imported. */
  readonly complete: boolean;
  readonly images: number;
  /** Left out, since the bundle of `--since` has them. */
  readonly unchanged: number;
  readonly failed: number;
  readonly files: number;
  readonly sizeBytes: number;
  readonly bytesTransferred: number;
  readonly requests: number;
  readonly durationMs: number;
  readonly failures: readonly ImageFailure[];
  /** What has ended the export as a whole. */
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** How far an export has come. */
interface Outcome {
  planned: PlannedExport | null;
  written: WrittenBundle | null;
}

interface Work {
  readonly options: ExportOptions;
  readonly source: ExportSource;
  readonly privateKeyPem: string | undefined;
  readonly failures: ImageFailure[];
  readonly outcome: Outcome;
  readonly progress: CommandProgress;
  readonly signal: AbortSignal;
}

/** `drayage export`. @returns the exit status */
export async function runExportCommand(args: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  return withInterrupt(async (signal) => {
    let prepared: Prepared;
    try {
      const options = parseExportOptions(args);
      if (options === "help") {
        process.stdout.write(exportUsage);
        return 0;
      }
      prepared = await prepare(options, signal);
    } catch (error) {
      process.stderr.write(`drayage export: ${describeUsage(error)}\n`);
      return 2;
    }
    const { options } = prepared;
    const progress = new CommandProgress(process.stderr);
    const outcome: Outcome = { planned: null, written: null };
    const work: Work = { ...prepared, failures: [], outcome, progress, signal };
    let error: EngineError | null = null;
    try {
      await run(work);
    } catch (thrown) {
      if (!(thrown instanceof EngineError)) throw thrown;
      error = thrown;
    } finally {
      progress.stop();
      await prepared.source.registries.close();
    }
    if (error) {
      const goingOn = (await isUnfinished(options.folder, error)) ? ` ${howToGoOn}` : "";
      process.stderr.write(`drayage export: ${describeFailure(error)}${goingOn}\n`);
    }
    const report = describeOutcome(work, error, performance.now() - startedAt);
    if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`);
    else if (!error) process.stdout.write(summarize(report, options));
    return !error && report.failed === 0 && (report.complete || options.dryRun) ? 0 : 1;
  });
}

const howToGoOn = "The export is unfinished: run it again to go on, or with --discard to begin anew.";

/** Whether what was written so far is worth another run. */
async function isUnfinished(folder: string, { code }: EngineError): Promise<boolean> {
  return code === "cancelled" && (await readPins(folder)) !== null;
}

type Prepared = Pick<Work, "options" | "source" | "privateKeyPem">;

async function prepare(options: ExportOptions, signal: AbortSignal): Promise<Prepared> {
  const [source, privateKeyPem] = await Promise.all([
    openExportSource(options, signal),
    readSigningKey(options.signKeyPath),
  ]);
  return { options, source, privateKeyPem };
}

async function run(work: Work): Promise<void> {
  const { options, source, failures, outcome, progress, signal } = work;
  const session = createPlanSession({ source: source.registries.source, scope: source.scope });
  const onFailure = (failure: ImageFailure) => {
    failures.push(failure);
    progress.note(`${failure.image}: ${failure.message}`);
  };
  if (options.discard && !options.dryRun) await discardExport(options.folder);
  progress.show("resolving", source.images);
  const onResolved = () => progress.add(1);
  outcome.planned = await source.plan(session, { onResolved, onFailure, signal });
  if (outcome.planned) outcome.written = await write(work, session, outcome.planned);
}

function describeOutcome(
  { options, source, failures, outcome: { planned, written } }: Work,
  error: EngineError | null,
  durationMs: number,
): ExportReport {
  return {
    bundle: options.folder,
    name: options.name,
    format: options.format,
    complete: Boolean(written?.proven),
    images: planned?.images.length ?? source.images,
    unchanged: planned?.unchanged ?? 0,
    failed: failures.length,
    files: planned?.layout.files.length ?? 0,
    sizeBytes: planned ? measureLayout(planned.layout) : 0,
    bytesTransferred: written?.totals.bytesTransferred ?? 0,
    requests: written?.totals.requests ?? 0,
    durationMs: Math.round(durationMs),
    failures,
    error: error && { code: error.code, message: describeFailure(error) },
  };
}

async function write(
  work: Work,
  session: PlanSession,
  { images, files, layout }: PlannedExport,
): Promise<WrittenBundle | null> {
  const { options, source, privateKeyPem, failures, progress, signal } = work;
  const sizeBytes = measureLayout(layout);
  await assertRoom(options.folder, sizeBytes);
  if (options.dryRun) return null;
  const writer = await BundleWriter.open(options.folder, layout, pinImages(images));
  try {
    progress.showCopy(layout.images.length);
    return await writeBundle(writer, {
      making: { tool: `drayage ${packageJson.version}`, createdAt: new Date(), privateKeyPem },
      session: {
        source: source.registries.source,
        scope: source.scope,
        smallBlobs: session.smallBlobs,
        limits: { images: options.concurrency, blobs: options.concurrency },
        onEvent: (event) => progress.onEvent(event),
      },
      files,
      onFailure: ({ original }, error) => {
        const failure = describeImageFailure(original, error);
        failures.push(failure);
        progress.note(`${failure.image}: ${failure.message}`);
      },
      onProving: () => progress.show("proving", sizeBytes),
      onProven: (count) => progress.add(count),
      signal,
    });
  } finally {
    await writer.close();
  }
}

/** @throws UsageError */
async function readSigningKey(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  try {
    const pem = await readFile(path, "utf8");
    if (createPrivateKey(pem).asymmetricKeyType === "ed25519") return pem;
  } catch (error) {
    throw new UsageError(`--sign-key: ${error instanceof Error ? error.message : path}`, { cause: error });
  }
  throw new UsageError("--sign-key: not an Ed25519 key");
}

function summarize(report: ExportReport, { dryRun }: ExportOptions): string {
  const { images, unchanged, failed, files, sizeBytes, bytesTransferred, durationMs, complete, bundle } =
    report;
  const kept = unchanged === 0 ? "" : `, ${unchanged} of them in the earlier bundle`;
  const size = `${images} ${images === 1 ? "image" : "images"}${kept}; ${files} ${files === 1 ? "file" : "files"} of ${formatBytes(sizeBytes)} together`;
  if (dryRun) return failed === 0 ? `${size} would be written to ${bundle}\n` : "";
  if (!complete) {
    return `${failed} of ${images} images failed. ${howToGoOn}\n`;
  }
  return `${bundle}: ${size}; ${formatBytes(bytesTransferred)} transferred, ${(durationMs / 1000).toFixed(1)} s\n`;
}
