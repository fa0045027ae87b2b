import { basename, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { ContentScope } from "../engine/mirror/index.ts";
import type { RegistryBase } from "../engine/oci/reference.ts";
import { parseScope, scopeArguments } from "./scope-options.ts";
import {
  commonArguments,
  commonUsage,
  describeConnections,
  fromArguments,
  lineArguments,
  listUsage,
  parseBase,
  parseConcurrency,
  parseLine,
  parseSide,
  parseSize,
  sourceUsage,
  type LineOptions,
  type SideOptions,
} from "./side-options.ts";
import { parsed, UsageError } from "./usage-error.ts";

export const exportUsage = `Usage: drayage export --from REGISTRY[/BASE] --list FILE --to-dir DIR [options]

Writes the images of a list to files that can be carried to where no wire leads, each blob once. An export that was cut
short goes on where it was when it is run again. What it needs on the disk is checked before anything is fetched.

Options:
${sourceUsage}  --to-dir DIR            a new or empty folder for the bundle, or that of an unfinished export

Connections, of the source:
${describeConnections("from")}
What is written:
  --format FORMAT         "drayage" (unless given), or "imgpkg": tars and publish-images-fromtar.yaml, as
                          "tanzu isolated-cluster upload-bundle" takes them
  --name NAME             what the bundle and its files are called; the folder's name unless given
  --volume-size SIZE      cut into files of at most this size, such as 4095MiB; "fat32" and "dvd" stand for what fits there
  --since BUNDLE          leave out what an earlier bundle has: its folder, or its bundle.json alone
  --file PATH             take this file along; may be repeated
  --sign-key FILE         sign with this Ed25519 key (PEM), as "openssl genpkey -algorithm ed25519" makes it
  --platform OS/ARCH      of an index only the images for this platform; may be repeated
  --referrers             also signatures, attestations and SBOMs
  --include-foreign       also layers that may not be redistributed freely

  --dry-run               tell how much it would be, and write nothing
  --discard               remove an unfinished export from the folder first
${commonUsage}
${listUsage}
Exit status: 0 the bundle is complete, 1 something failed and the export is unfinished, 2 the command or the list is wrong.
`;

export type ExportFormat = "drayage" | "imgpkg";

export interface ExportOptions {
  readonly from?: RegistryBase;
  readonly listPath: string;
  readonly folder: string;
  readonly name: string;
  readonly format: ExportFormat;
  readonly volumeBytes: number;
  readonly sincePath?: string;
  readonly filePaths: readonly string[];
  readonly signKeyPath?: string;
  readonly side: SideOptions;
  readonly line: LineOptions;
  readonly scope: ContentScope;
  readonly dryRun: boolean;
  readonly discard: boolean;
  readonly concurrency: number;
  readonly json: boolean;
}

const mebibyte = 1024 * 1024;
/** A file on FAT32 is smaller than 4 GiB; a DVD has 4.7 GB, of which the file system takes some. */
const volumePresets = { fat32: 4095 * mebibyte, dvd: 4480 * mebibyte } as const;
const smallestVolumeBytes = mebibyte;

const exportArguments = {
  ...fromArguments,
  ...lineArguments,
  ...scopeArguments,
  ...commonArguments,
  list: { type: "string" },
  "to-dir": { type: "string" },
  format: { type: "string", default: "drayage" },
  name: { type: "string" },
  "volume-size": { type: "string" },
  since: { type: "string" },
  file: { type: "string", multiple: true },
  "sign-key": { type: "string" },
  "dry-run": { type: "boolean", default: false },
  discard: { type: "boolean", default: false },
} as const;

/** @throws UsageError */
export function parseExportOptions(args: readonly string[]): ExportOptions | "help" {
  const values = parsed(() => parseArgs({ args: [...args], options: exportArguments }).values);
  if (values.help) return "help";
  const { from, list, format, since, "to-dir": folder, "sign-key": signKeyPath } = values;
  if (folder === undefined) throw new UsageError("--to-dir is missing");
  if (list === undefined) throw new UsageError("--list is missing");
  if (format !== "drayage" && format !== "imgpkg") {
    throw new UsageError(`--format must be "drayage" or "imgpkg", not "${format}"`);
  }
  const ofDrayage = { "--volume-size": values["volume-size"], "--since": since, "--sign-key": signKeyPath };
  for (const [option, value] of Object.entries({ ...ofDrayage, "--file": values.file?.[0] })) {
    if (format !== "drayage" && value !== undefined) {
      throw new UsageError(`${option} is for the format drayage only`);
    }
  }
  return {
    ...(from !== undefined && { from: parseBase("--from", from) }),
    listPath: list,
    folder,
    name: parseName(values.name ?? basename(resolve(folder))),
    format,
    volumeBytes: parseVolumeSize(values["volume-size"]),
    ...(since !== undefined && { sincePath: since }),
    filePaths: values.file ?? [],
    ...(signKeyPath !== undefined && { signKeyPath }),
    side: parseSide(values, "from"),
    line: parseLine(values),
    scope: parseScope(values),
    dryRun: values["dry-run"],
    discard: values.discard,
    concurrency: parseConcurrency(values.concurrency),
    json: values.json,
  };
}

/** @throws UsageError */
function parseName(name: string): string {
  if (/^[A-Za-z0-9][\w.-]{0,99}$/.test(name)) return name;
  throw new UsageError(
    `--name must be of letters, digits, ".", "_" and "-", at most 100 of them, not "${name}"`,
  );
}

/** @throws UsageError */
function parseVolumeSize(value: string | undefined): number {
  if (value === undefined) return Infinity;
  if (value === "fat32" || value === "dvd") return volumePresets[value];
  const bytes = Math.floor(parseSize("--volume-size", value));
  if (bytes >= smallestVolumeBytes) return bytes;
  throw new UsageError("--volume-size must be at least 1M");
}
