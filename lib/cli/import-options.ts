import { parseArgs } from "node:util";
import type { RegistryBase } from "../engine/oci/reference.ts";
import {
  commonArguments,
  commonUsage,
  describeConnections,
  lineArguments,
  parseBase,
  parseConcurrency,
  parseLine,
  parseSide,
  toArguments,
  type LineOptions,
  type SideOptions,
} from "./side-options.ts";
import { parsed, UsageError } from "./usage-error.ts";

export const importUsage = `Usage: drayage import --dir DIR --to REGISTRY[/BASE] [options]

Copies the images of a bundle to a registry. Every checksum and digest is checked before anything is written there, and
nothing but that registry is contacted. What the registry has already is not moved again, so an import that was cut short
goes on when it is run again.

Options:
  --dir DIR               the bundle: a folder, or a single file
  --to REGISTRY[/BASE]    where the images go; those of "tanzu isolated-cluster download-bundle" usually below BASE/tkg

Connections, of the target:
${describeConnections("to")}
  --trust-key FINGERPRINT a signed bundle is taken only if its key is one of these (SHA-256, as "bundle inspect" shows it);
                          may be repeated; once given, a bundle that is not signed is refused
${commonUsage}
Bundles are those of "drayage export", tars of imgpkg with or without publish-images-fromtar.yaml, Tanzu plug-in bundles,
archives of "docker save", and OCI image layouts. Plug-in bundles and archives of images may be packed by gzip; they are
unpacked beside, or where the disk cannot be written to, in $TMPDIR.

Exit status: 0 all images are at the target, 1 something is wrong with the bundle or failed, 2 the command is wrong.
`;

export interface ImportOptions {
  readonly path: string;
  readonly to: RegistryBase;
  readonly side: SideOptions;
  readonly line: LineOptions;
  /** Lower case. */
  readonly trustedKeys: readonly string[];
  readonly concurrency: number;
  readonly json: boolean;
}

const importArguments = {
  ...toArguments,
  ...lineArguments,
  ...commonArguments,
  dir: { type: "string" },
  "trust-key": { type: "string", multiple: true },
} as const;

/** @throws UsageError */
export function parseImportOptions(args: readonly string[]): ImportOptions | "help" {
  const values = parsed(() => parseArgs({ args: [...args], options: importArguments }).values);
  if (values.help) return "help";
  const { dir, to } = values;
  if (dir === undefined) throw new UsageError("--dir is missing");
  if (to === undefined) throw new UsageError("--to is missing");
  return {
    path: dir,
    to: parseBase("--to", to),
    side: parseSide(values, "to"),
    line: parseLine(values),
    trustedKeys: (values["trust-key"] ?? []).map(parseFingerprint),
    concurrency: parseConcurrency(values.concurrency),
    json: values.json,
  };
}

/** Colons between the bytes are fine. @throws UsageError */
function parseFingerprint(value: string): string {
  const fingerprint = value.replaceAll(":", "").toLowerCase();
  if (/^[a-f0-9]{64}$/.test(fingerprint)) return fingerprint;
  throw new UsageError(`--trust-key must be a SHA-256 of 64 hexadecimal digits, not "${value}"`);
}
