import { parseArgs } from "node:util";
import type { OpenBundle } from "../engine/bundle/open-bundle.ts";
import { openBundle } from "../engine/bundle/open-any-bundle.ts";
import { EngineError } from "../engine/oci/errors.ts";
import { formatImagePath } from "../engine/oci/reference.ts";
import { CommandProgress } from "./command-progress.ts";
import { describeFailure } from "./describe-failure.ts";
import { formatBytes } from "./format-bytes.ts";
import { printable } from "./printable.ts";
import { describeUsage, parsed, UsageError } from "./usage-error.ts";
import { withInterrupt } from "./with-interrupt.ts";

const bundleUsage = `Usage: drayage bundle inspect DIR [--search TEXT] [--json]
       drayage bundle verify DIR [--json]

inspect tells what a bundle is, where it comes from, on which it builds, and which images it has. verify reads all of it
and holds it to every checksum and digest; nothing is contacted. DIR is a folder, or a single file.

Options:
  --search TEXT  only images with this in their name
  --json         end with one line of JSON on standard output
  --help         show this text

Exit status: 0 the bundle could be read, and for verify is whole and sound; 1 something is wrong with it; 2 the command is
wrong.
`;

interface BundleOptions {
  readonly act: "inspect" | "verify";
  readonly path: string;
  readonly search: string;
  readonly json: boolean;
}

/** `drayage bundle`. @returns the exit status */
export async function runBundleCommand(args: readonly string[]): Promise<number> {
  return withInterrupt(async (signal) => {
    let options: BundleOptions;
    try {
      const given = parseOptions(args);
      if (given === "help") {
        process.stdout.write(bundleUsage);
        return 0;
      }
      options = given;
    } catch (error) {
      process.stderr.write(`drayage bundle: ${describeUsage(error)}\n`);
      return 2;
    }
    let bundle: OpenBundle | null = null;
    try {
      bundle = await openBundle(options.path, { signal });
      return options.act === "inspect" ? inspect(bundle, options) : await verify(bundle, options, signal);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      process.stderr.write(`drayage bundle: ${describeFailure(error)}\n`);
      if (options.json) {
        const findings = [describeFinding(error)];
        process.stdout.write(`${JSON.stringify({ name: bundle?.name ?? null, findings })}\n`);
      }
      return 1;
    } finally {
      await bundle?.close();
    }
  });
}

/** @throws UsageError */
function parseOptions(args: readonly string[]): BundleOptions | "help" {
  const { values, positionals } = parsed(() =>
    parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        search: { type: "string", default: "" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    }),
  );
  if (values.help) return "help";
  const [act, path, ...more] = positionals;
  if (act !== "inspect" && act !== "verify") throw new UsageError('say "inspect" or "verify"');
  if (path === undefined) throw new UsageError("the bundle's folder is missing");
  if (more.length > 0) throw new UsageError(`only one bundle at a time, not also "${more.join(" ")}"`);
  return { act, path, search: values.search, json: values.json };
}

function inspect(bundle: OpenBundle, { search, json }: BundleOptions): number {
  const { format, name, files, document, signature } = bundle;
  const images = bundle.images.filter((image) => {
    return `${formatImagePath(image)} ${image.original}`.includes(search);
  });
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const about = {
    name,
    format,
    ...(document && {
      id: document.id,
      createdAt: document.createdAt,
      tool: document.tool,
      base: document.base ?? null,
      releases: document.releases.map(({ kind, name, version, components }) => ({
        kind,
        name,
        version,
        components: components.length,
      })),
      extraFiles: document.files.map(({ name, sizeBytes, sha256 }) => ({ name, sizeBytes, sha256 })),
    }),
    signedBy: signature?.fingerprint ?? null,
    files,
    sizeBytes,
    images: images.map(({ repository, tag, digest, original, inBase }) => ({
      repository,
      tag: tag ?? null,
      digest,
      original,
      inBase: inBase ?? false,
    })),
  };
  if (json) {
    process.stdout.write(`${JSON.stringify(about)}\n`);
    return 0;
  }
  const lines = [
    `${name}: ${format}, ${count(files.length, "file")}, ${formatBytes(sizeBytes)}, ${count(bundle.images.length, "image")}`,
    ...(document
      ? [
          `made ${document.createdAt} by ${document.tool}, ${document.id}`,
          document.base
            ? `builds on ${document.base.name}, ${document.base.createdAt}, ${document.base.id}`
            : null,
          ...document.releases.map(
            ({ name, version, components }) =>
              `brings the release ${name} ${version}, ${count(components.length, "component")}`,
          ),
          ...document.files.map(
            (file) => `takes along ${file.name}, ${formatBytes(file.sizeBytes)}, sha256 ${file.sha256}`,
          ),
        ]
      : []),
    signature === undefined ? null : `signed by ${signature?.fingerprint ?? "nobody"}`,
    ...images.map(
      (image) => `  ${formatImagePath(image)}${image.inBase ? "  (came with the earlier bundle)" : ""}`,
    ),
  ];
  process.stdout.write(printable(`${lines.filter((line) => line !== null).join("\n")}\n`));
  return 0;
}

const count = (number: number, thing: string) => `${number} ${thing}${number === 1 ? "" : "s"}`;

async function verify(bundle: OpenBundle, { json }: BundleOptions, signal: AbortSignal): Promise<number> {
  const progress = new CommandProgress(process.stderr);
  const sizeBytes = bundle.files.reduce((sum, file) => sum + file.sizeBytes, 0);
  progress.show("checking", sizeBytes);
  try {
    const findings = await bundle.check({ onBytes: (count) => progress.add(count), signal });
    const told = findings.map(describeFinding);
    progress.stop();
    for (const { message } of told) process.stderr.write(`${message}\n`);
    if (json) process.stdout.write(`${JSON.stringify({ name: bundle.name, sizeBytes, findings: told })}\n`);
    else if (told.length === 0)
      process.stdout.write(printable(`${bundle.name}: whole and sound, ${formatBytes(sizeBytes)}\n`));
    return told.length === 0 ? 0 : 1;
  } finally {
    progress.stop();
  }
}

function describeFinding(error: EngineError) {
  const { file, offset } = error.facts;
  return { code: error.code, file: file ?? null, offset: offset ?? null, message: describeFailure(error) };
}
