import { readFile, stat } from "node:fs/promises";
import {
  createMirrorSession,
  createRegistrySource,
  createRegistryTarget,
  parseListItems,
  type ContentSource,
  type ListedItem,
} from "../engine/mirror/index.ts";
import { EngineError } from "../engine/oci/errors.ts";
import { listTooLarge, maxListBytes } from "../engine/oci/image-list.ts";
import { formatReference, type RegistryHost } from "../engine/oci/reference.ts";
import { createRegistryClient, type RegistryClient } from "../engine/oci/registry-client.ts";
import { copyUsage, parseCopyOptions, UsageError, type CopyOptions } from "./copy-options.ts";
import { describeFailure } from "./describe-failure.ts";
import { formatBytes } from "./format-bytes.ts";
import { ProgressBar } from "./progress-bar.ts";

interface CopyReport {
  readonly images: number;
  readonly copied: number;
  readonly skipped: number;
  readonly failed: number;
  readonly bytesTransferred: number;
  readonly blobsMounted: number;
  readonly requests: number;
  readonly durationMs: number;
  readonly failures: readonly ImageFailure[];
}

interface ImageFailure {
  readonly image: string;
  readonly side: "source" | "target" | null;
  readonly code: string;
  readonly message: string;
}

/** `drayage copy`. @returns the exit status */
export async function runCopyCommand(args: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  let options: CopyOptions;
  let items: ListedItem[];
  try {
    const parsed = parseCopyOptions(args);
    if (parsed === "help") {
      process.stdout.write(copyUsage);
      return 0;
    }
    options = parsed;
    items = parseListItems(await readList(options.listPath), {
      file: options.listPath,
      to: options.to,
      ...(options.from ? { from: options.from } : {}),
    });
  } catch (error) {
    const message =
      error instanceof EngineError
        ? describeFailure(error)
        : error instanceof UsageError
          ? error.message
          : null;
    if (message === null) throw error;
    process.stderr.write(`drayage copy: ${message}\n`);
    return 2;
  }

  const report = await copyAll(options, items, startedAt);
  if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  else process.stdout.write(`${summarize(report)}\n`);
  return report.failed === 0 ? 0 : 1;
}

/** @throws UsageError, EngineError `list-too-large` */
async function readList(path: string): Promise<string> {
  try {
    if (path === "-") return await readStandardInput();
    if ((await stat(path)).size > maxListBytes) throw listTooLarge(path, maxListBytes);
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof EngineError || !(error instanceof Error)) throw error;
    throw new UsageError(`--list: ${error.message}`, { cause: error });
  }
}

async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.byteLength;
    if (length > maxListBytes) throw listTooLarge("standard input", maxListBytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}

async function copyAll(
  options: CopyOptions,
  items: readonly ListedItem[],
  startedAt: number,
): Promise<CopyReport> {
  const clients: RegistryClient[] = [];
  const connect = (client: RegistryClient) => {
    clients.push(client);
    return client;
  };
  const sources = new Map<RegistryHost, ContentSource>();
  const sourceOf = (registry: RegistryHost): ContentSource => {
    const known = sources.get(registry);
    if (known) return known;
    const client = createRegistryClient({ registry, plainHttp: options.fromPlainHttp });
    const source = createRegistrySource(connect(client));
    sources.set(registry, source);
    return source;
  };
  const targetClient = createRegistryClient({
    registry: options.to.registry,
    plainHttp: options.toPlainHttp,
    access: "pull,push",
  });

  const cancelling = new AbortController();
  const onInterrupt = () => cancelling.abort();
  process.once("SIGINT", onInterrupt).once("SIGTERM", onInterrupt);
  const bar = process.stderr.isTTY ? new ProgressBar(process.stderr, items.length) : null;
  const session = createMirrorSession({
    source: sourceOf,
    target: createRegistryTarget(connect(targetClient)),
    // A third more layers than images keeps the line busy while images are being resolved.
    limits: { images: options.concurrency, blobs: Math.ceil((options.concurrency * 4) / 3) },
    ...(bar ? { onEvent: (event) => bar.onEvent(event) } : {}),
  });
  const failures: ImageFailure[] = [];
  let copied = 0;
  let skipped = 0;
  try {
    await Promise.all(
      items.map(async ({ item }) => {
        try {
          const { outcome } = await session.copy(item, { signal: cancelling.signal });
          if (outcome === "copied") copied++;
          else skipped++;
        } catch (error) {
          if (!(error instanceof EngineError)) throw error;
          const failure = {
            image: formatReference(item.source),
            side: error.facts.side ?? null,
            code: error.code,
            message: describeFailure(error),
          };
          failures.push(failure);
          if (error.code !== "cancelled") note(bar, `${failure.image}: ${failure.message}`);
        }
      }),
    );
  } finally {
    bar?.stop();
    process.off("SIGINT", onInterrupt).off("SIGTERM", onInterrupt);
    await Promise.all(clients.map((client) => client.close()));
  }
  return {
    images: items.length,
    copied,
    skipped,
    failed: failures.length,
    ...session.totals,
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
  return `${images} ${images === 1 ? "image" : "images"}: ${copied} copied, ${skipped} already there, ${failed} failed; ${formatBytes(bytesTransferred)} transferred, ${blobsMounted} blobs mounted, ${seconds} s`;
}
