import {
  assertBase,
  createImportSource,
  toMirrorItem,
  type ImportPlace,
} from "../engine/bundle/import-images.ts";
import type { BundleImage, OpenBundle } from "../engine/bundle/open-bundle.ts";
import { openBundle } from "../engine/bundle/open-any-bundle.ts";
import {
  createInProcessCoordinator,
  createMirrorSession,
  createRegistryTarget,
} from "../engine/mirror/index.ts";
import type { CopyResult, ImagePlan, MirrorSession } from "../engine/mirror/index.ts";
import { EngineError } from "../engine/oci/errors.ts";
import { formatImagePath, joinRepository } from "../engine/oci/reference.ts";
import type { RegistryClient } from "../engine/oci/registry-client.ts";
import { RegistryLanes } from "../engine/oci/registry-lanes.ts";
import { assertTrusted } from "./bundle-trust.ts";
import { CommandProgress } from "./command-progress.ts";
import { describeFailure } from "./describe-failure.ts";
import { formatBytes } from "./format-bytes.ts";
import { describeImageFailure, type ImageFailure } from "./image-failure.ts";
import { importUsage, parseImportOptions, type ImportOptions } from "./import-options.ts";
import { openRegistry } from "./open-registry.ts";
import { printable } from "./printable.ts";
import { describeUsage } from "./usage-error.ts";
import { withInterrupt } from "./with-interrupt.ts";

interface ImportReport {
  readonly bundle: string;
  /** Null when it could not be opened. */
  readonly name: string | null;
  readonly format: OpenBundle["format"] | null;
  readonly images: number;
  readonly copied: number;
  readonly skipped: number;
  readonly failed: number;
  /** To the target. */
  readonly bytesTransferred: number;
  readonly blobsMounted: number;
  /** To the target. */
  readonly requests: number;
  readonly durationMs: number;
  /** Why nothing was imported. */
  readonly findings: readonly Finding[];
  readonly failures: readonly ImageFailure[];
}

interface Finding {
  readonly code: string;
  readonly message: string;
}

/** `drayage import`. @returns the exit status */
export async function runImportCommand(args: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  return withInterrupt(async (signal) => {
    let options: ImportOptions;
    let client: RegistryClient;
    try {
      const given = parseImportOptions(args);
      if (given === "help") {
        process.stdout.write(importUsage);
        return 0;
      }
      options = given;
      client = await openRegistry(
        options.to.registry,
        options.side,
        options.line,
        "pull,push",
        new RegistryLanes(),
      );
    } catch (error) {
      process.stderr.write(`drayage import: ${describeUsage(error)}\n`);
      return 2;
    }
    const progress = new CommandProgress(process.stderr);
    let bundle: OpenBundle | null = null;
    let report: ImportReport;
    try {
      bundle = await openBundle(options.path, { signal });
      report = await new Import(options, bundle, client, progress, signal).run(startedAt);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      progress.stop();
      const finding = { code: error.code, message: describeFailure(error) };
      process.stderr.write(`drayage import: ${finding.message}\n`);
      report = describeRefusal(options, bundle, finding, performance.now() - startedAt);
    } finally {
      progress.stop();
      await bundle?.close();
      await client.close();
    }
    if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`);
    else if (report.findings.length === 0) process.stdout.write(printable(summarize(report)));
    return report.failed + report.findings.length === 0 ? 0 : 1;
  });
}

/** Of a bundle that could not be opened, or not be taken as a whole. */
function describeRefusal(
  { path }: ImportOptions,
  bundle: OpenBundle | null,
  finding: Finding,
  durationMs: number,
): ImportReport {
  return {
    bundle: path,
    name: bundle?.name ?? null,
    format: bundle?.format ?? null,
    images: bundle?.images.length ?? 0,
    copied: 0,
    skipped: 0,
    failed: 0,
    bytesTransferred: 0,
    blobsMounted: 0,
    requests: 0,
    durationMs: Math.round(durationMs),
    findings: [finding],
    failures: [],
  };
}

class Import {
  readonly #options: ImportOptions;
  readonly #bundle: OpenBundle;
  readonly #progress: CommandProgress;
  readonly #signal: AbortSignal;
  readonly #place: ImportPlace;
  readonly #coordinator = createInProcessCoordinator();
  readonly #session: MirrorSession;
  readonly #failures: ImageFailure[] = [];

  constructor(
    options: ImportOptions,
    bundle: OpenBundle,
    client: RegistryClient,
    progress: CommandProgress,
    signal: AbortSignal,
  ) {
    this.#options = options;
    this.#bundle = bundle;
    this.#progress = progress;
    this.#signal = signal;
    this.#place = { target: createRegistryTarget(client), base: options.to.base };
    this.#session = createMirrorSession({
      source: createImportSource(bundle, this.#place),
      target: this.#place.target,
      scope: bundle.scope,
      coordinator: this.#coordinator,
      limits: { images: options.concurrency, blobs: options.concurrency },
      onEvent: (event) => progress.onEvent(event),
    });
  }

  /** Nothing is written before all that the bundle says of itself has turned out to be true. */
  async run(startedAt: number): Promise<ImportReport> {
    assertTrusted(this.#bundle, this.#options.trustedKeys);
    const findings = await this.#check();
    const fresh = this.#bundle.images.filter(({ inBase }) => !inBase);
    const results = findings.length > 0 ? [] : await this.#copyAll(fresh);
    if (findings.length + this.#failures.length === 0) await this.#publishMetadata();
    const sum = (pick: (result: CopyResult) => number) =>
      results.reduce((total, result) => total + pick(result), 0);
    return {
      bundle: this.#options.path,
      name: this.#bundle.name,
      format: this.#bundle.format,
      images: this.#bundle.images.length,
      copied: results.filter(({ outcome }) => outcome === "copied").length,
      skipped:
        results.filter(({ outcome }) => outcome === "skipped").length +
        this.#bundle.images.length -
        fresh.length,
      failed: this.#failures.length,
      bytesTransferred: sum(({ bytesTransferred }) => bytesTransferred),
      blobsMounted: sum(({ blobsMounted }) => blobsMounted),
      requests: this.#place.target.traffic.requests,
      durationMs: Math.round(performance.now() - startedAt),
      findings,
      failures: this.#failures,
    };
  }

  /** Plug-ins are found only once the registry says that it has them. */
  async #publishMetadata(): Promise<void> {
    const { metadata } = this.#bundle;
    if (!metadata) return;
    // Loaded when used: few bundles are of plug-ins.
    const { publishPluginMetadata } = await import("../engine/bundle/plugins/publish-plugin-metadata.ts");
    await publishPluginMetadata({
      target: this.#place.target,
      repository: joinRepository(this.#place.base, metadata.repository),
      tag: metadata.tag,
      added: metadata.content,
      signal: this.#signal,
    });
  }

  async #check(): Promise<Finding[]> {
    const totalBytes = this.#bundle.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    this.#progress.show("checking", totalBytes);
    const onBytes = (count: number) => this.#progress.add(count);
    const found = await this.#bundle.check({ onBytes, signal: this.#signal });
    return found.map((error) => {
      const message = describeFailure(error);
      this.#progress.note(message);
      return { code: error.code, message };
    });
  }

  /** @returns what became of those that did not fail */
  async #copyAll(images: readonly BundleImage[]): Promise<readonly CopyResult[]> {
    const signal = this.#signal;
    const items = images.map((image) => toMirrorItem(image, this.#place.base));
    const plans: ImagePlan[] = [];
    for (const item of items) plans.push(await this.#session.plan(item, { signal }));
    await assertBase(this.#bundle, plans, this.#place, { coordinator: this.#coordinator, signal });
    this.#progress.showCopy(images.length);
    const results = await Promise.all(
      plans.map(async (plan) => {
        try {
          return await this.#session.copy(plan.item, { plan, signal });
        } catch (error) {
          if (!(error instanceof EngineError)) throw error;
          const failure = describeImageFailure(formatImagePath(plan.item.target), error);
          this.#failures.push(failure);
          if (error.code !== "cancelled") this.#progress.note(`${failure.image}: ${failure.message}`);
          return null;
        }
      }),
    );
    return results.filter((result) => result !== null);
  }
}

function summarize(report: ImportReport): string {
  const { name, images, copied, skipped, failed, bytesTransferred, blobsMounted, durationMs } = report;
  const seconds = (durationMs / 1000).toFixed(1);
  return `${name}: ${images} ${images === 1 ? "image" : "images"}: ${copied} copied, ${skipped} already there, ${failed} failed; ${formatBytes(bytesTransferred)} transferred, ${blobsMounted} blobs mounted, ${seconds} s\n`;
}
