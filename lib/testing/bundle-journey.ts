import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildImage, buildLayer, type SampleManifest } from "#lib/demo/sample-image.ts";
import { digestBytes } from "#lib/engine/oci/digest.ts";
import { putSample } from "./contract/put-sample.ts";
import { reportOf, runDrayage } from "./drayage-command.ts";
import { startMemoryRegistry, type MemoryRegistry } from "./memory-registry/memory-registry.ts";

/** Requests that leave nothing behind. */
const readingMethods: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/** A folder, and registries on both sides of the gap that tell what they were asked. */
export interface BundleJourney {
  readonly dir: string;
  readonly source: MemoryRegistry;
  readonly target: MemoryRegistry;
  /** @param path `repository:tag` */
  put(path: string, manifest: SampleManifest): Promise<SampleManifest>;
  write(name: string, content: string | Uint8Array): Promise<string>;
  /** Options of an export, the list being written for it. */
  exportTo(folder: string, lines: readonly string[], ...more: string[]): Promise<string[]>;
  /** Options of an import. */
  importFrom(folder: string, ...more: string[]): string[];
  /** Exports, and fails unless the bundle is complete. */
  make(folder: string, lines: readonly string[], ...more: string[]): Promise<Record<string, unknown>>;
  /** Requests to the target that were meant to leave something there. */
  writes(): readonly string[];
  stop(): Promise<void>;
}

export async function startBundleJourney(): Promise<BundleJourney> {
  const dir = await mkdtemp(join(tmpdir(), "drayage-journey-"));
  const [source, target] = [await startMemoryRegistry(), await startMemoryRegistry()];
  const write = async (name: string, content: string | Uint8Array) => {
    const path = join(dir, name);
    await writeFile(path, content);
    return path;
  };
  let lists = 0;
  const exportTo: BundleJourney["exportTo"] = async (folder, lines, ...more) => {
    const list = await write(`list-${++lists}.txt`, `${lines.join("\n")}\n`);
    const from = ["--from", source.host, "--from-plain-http"];
    return ["export", ...from, "--list", list, "--to-dir", join(dir, folder), "--json", ...more];
  };
  return {
    dir,
    source,
    target,
    write,
    exportTo,
    async put(path, manifest) {
      const [repository = "", tag = ""] = path.split(":");
      await putSample(source, repository, manifest, tag);
      return manifest;
    },
    importFrom: (folder, ...more) => [
      ...["import", "--dir", join(dir, folder), "--to", `${target.host}/mirror`, "--to-plain-http", "--json"],
      ...more,
    ],
    async make(folder, lines, ...more) {
      const ended = await runDrayage(...(await exportTo(folder, lines, ...more)));
      const report = reportOf(ended);
      if (ended.status !== 0 || report.complete !== true) throw new Error(`not exported: ${ended.stderr}`);
      return report;
    },
    writes: () =>
      target
        .requests()
        .filter(({ method }) => !readingMethods.has(method))
        .map(({ method, path }) => `${method} ${path}`),
    async stop() {
      await Promise.all([source.stop(), target.stop()]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** An image whose layers have this many bytes, each of its own seed. */
export function buildSeeded(
  layers: Readonly<Record<string, number>>,
  architecture = "amd64",
): SampleManifest {
  return buildImage({
    format: "oci",
    platform: { os: "linux", architecture },
    layers: Object.entries(layers).map(([seed, sizeBytes]) =>
      buildLayer([{ path: "content", content: { seed, sizeBytes } }]),
    ),
  });
}

/** Digests of all files in a folder, so that two folders can be compared. */
export async function hashFiles(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  const hashed = names.map(async (name) => [name, digestBytes(await readFile(join(folder, name)))] as const);
  return Object.fromEntries(await Promise.all(hashed));
}

/** Digests of what is on disk, as an unfinished export notes them; none where there is no such export. */
export async function readWritten(folder: string): Promise<string[]> {
  const journal = await readFile(join(folder, ".drayage-export"), "utf8").catch(() => "");
  const lines = journal.split("\n").slice(0, -1);
  return lines.filter((line) => /^sha256:[a-f0-9]{64}$/.test(line));
}
