import { readFile } from "node:fs/promises";
import { createPrivateKey } from "node:crypto";
import packageJson from "../../package.json" with { type: "json" };
import { BundleWriter } from "../engine/bundle/bundle-writer.ts";
import { discardExport } from "../engine/bundle/discard-export.ts";
import { assertRoom } from "../engine/bundle/export-folder.ts";
import { measureLayout, pinImages } from "../engine/bundle/export-layout.ts";
import { writeBundle } from "../engine/bundle/write-bundle.ts";
import { parseListItems } from "../engine/mirror/index.ts";
import { createPlanSession, type PlanSession } from "../engine/mirror/plan-session.ts";
import { EngineError } from "../engine/oci/errors.ts";
import { RegistryLanes } from "../engine/oci/registry-lanes.ts";
import { describeFailure } from "./describe-failure.ts";
import { exportUsage, parseExportOptions, type ExportOptions } from "./export-options.ts";
import { formatBytes } from "./format-bytes.ts";
import { describeImageFailure, type ImageFailure } from "./image-failure.ts";
import { withInterrupt } from "./with-interrupt.ts";
import { openSources, type OpenSources } from "./open-registries.ts";
import {
  describeFiles,
  planExport,
  readBase,
  type ExportRequest,
  type PlannedExport,
} from "./plan-export.ts";
import { CommandProgress } from "./command-progress.ts";
import { readList } from "./read-list.ts";
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
}

interface Work {
  readonly request: ExportRequest;
  readonly sources: OpenSources;
  readonly privateKeyPem: string | undefined;
  readonly failures: ImageFailure[];
  readonly progress: CommandProgress;
  readonly signal: AbortSignal;
}

/** `drayage export`. @returns the exit status */
export async function runExportCommand(args: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  return withInterrupt(async (signal) => {
    let work: Omit<Work, "failures" | "progress">;
    try {
      const options = parseExportOptions(args);
      if (options === "help") {
        process.stdout.write(exportUsage);
        return 0;
      }
      work = { ...(await prepare(options, signal)), signal };
    } catch (error) {
      process.stderr.write(`drayage export: ${describeUsage(error)}\n`);
      return 2;
    }
    const { options } = work.request;
    const progress = new CommandProgress(process.stderr);
    const failures: ImageFailure[] = [];
    try {
      const report = await run({ ...work, failures, progress }, startedAt);
      progress.stop();
      if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`);
      else process.stdout.write(summarize(report, options));
      return report.failed === 0 && (report.complete || options.dryRun) ? 0 : 1;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      progress.stop();
      process.stderr.write(`drayage export: ${describeFailure(error)}\n`);
      return 1;
    } finally {
      await work.sources.close();
    }
  });
}

async function prepare(
  options: ExportOptions,
  signal: AbortSignal,
): Promise<Omit<Work, "failures" | "progress" | "signal">> {
  const listText = await readList(options.listPath);
  const items = parseListItems(listText, {
    file: options.listPath,
    to: { base: "" },
    ...(options.from && { from: options.from }),
  });
  const [base, privateKeyPem, files] = await Promise.all([
    readBase(options.sincePath),
    readSigningKey(options.signKeyPath),
    describeFiles(options.filePaths, signal),
  ]);
  const sources = await openSources(items, options.side, options.line, new RegistryLanes());
  return { request: { options, listText, items, base, files }, sources, privateKeyPem };
}

async function run(work: Work, startedAt: number): Promise<ExportReport> {
  const { request, sources, failures, progress, signal } = work;
  const { options, items } = request;
  const session = createPlanSession({ source: sources.source, scope: options.scope });
  const onFailure = (failure: ImageFailure) => {
    failures.push(failure);
    progress.note(`${failure.image}: ${failure.message}`);
  };
  if (options.discard && !options.dryRun) await discardExport(options.folder);
  progress.show("resolving", items.length);
  const planned = await planExport(session, request, {
    onResolved: () => progress.add(1),
    onFailure,
    signal,
  });
  const written = planned && (await write(work, session, planned));
  return {
    bundle: options.folder,
    name: options.name,
    format: options.format,
    complete: Boolean(written?.proven),
    images: items.length,
    unchanged: planned?.unchanged ?? 0,
    failed: failures.length,
    files: planned?.layout.files.length ?? 0,
    sizeBytes: planned ? measureLayout(planned.layout) : 0,
    bytesTransferred: written?.totals.bytesTransferred ?? 0,
    requests: written?.totals.requests ?? 0,
    durationMs: Math.round(performance.now() - startedAt),
    failures,
  };
}

async function write(work: Work, session: PlanSession, { images, files, layout }: PlannedExport) {
  const { request, sources, privateKeyPem, failures, progress, signal } = work;
  const { options } = request;
  const sizeBytes = measureLayout(layout);
  await assertRoom(options.folder, sizeBytes);
  if (options.dryRun) return null;
  const writer = await BundleWriter.open(options.folder, layout, pinImages(images));
  try {
    progress.showCopy(layout.images.length);
    return await writeBundle(writer, {
      making: { tool: `drayage ${packageJson.version}`, createdAt: new Date(), privateKeyPem },
      session: {
        source: sources.source,
        scope: options.scope,
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
    return `${failed} of ${images} images failed. The export is unfinished: run it again to go on, or with --discard to begin anew.\n`;
  }
  return `${bundle}: ${size}; ${formatBytes(bytesTransferred)} transferred, ${(durationMs / 1000).toFixed(1)} s\n`;
}
