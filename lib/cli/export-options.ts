import { basename, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { PluginChoice } from "../domain/catalog/choose-plugins.ts";
import { isBundledFileName } from "../engine/bundle/drayage/bundle-document.ts";
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
       drayage export --format tanzu-plugins --from REGISTRY[/BASE] --to-dir DIR [--group ID] [--plugin ID] [options]

Writes the images of a list to files that can be carried to where no wire leads, each blob once. An export that was cut
short goes on where it was when it is run again. What it needs on the disk is checked before anything is fetched.

Options:
${sourceUsage}  --to-dir DIR            a new or empty folder for the bundle, or that of an unfinished export

Connections, of the source:
${describeConnections("from")}
What is written:
  --format FORMAT         "drayage" (unless given); "imgpkg": tars and publish-images-fromtar.yaml, as "tanzu
                          isolated-cluster upload-bundle" takes them; "tanzu-plugins": a file as "tanzu plugin
                          upload-bundle" takes it, of plug-ins that the inventory at --from has
  --name NAME             what the bundle and its files are called; the folder's name unless given; of "tanzu-plugins"
                          with ".tar" or ".tar.gz" at its end if wanted, the latter unless given
  --group ID              plug-ins of a group, such as vmware-tkg/default:v2.3.1; may be repeated
  --plugin ID             a plug-in, such as package@kubernetes:v0.32.1; may be repeated; without any, all there are
  --machine OS/ARCH       only plug-ins that run there; may be repeated
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

const formats = ["drayage", "imgpkg", "tanzu-plugins"] as const;
type ExportFormat = (typeof formats)[number];

export interface WantedList {
  readonly listPath: string;
}

export interface WantedPlugins {
  readonly from: RegistryBase;
  readonly choice: PluginChoice;
}

export interface ExportOptions {
  readonly from?: RegistryBase;
  /** What is exported: the images of a list, or plug-ins. */
  readonly wanted: WantedList | WantedPlugins;
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
  group: { type: "string", multiple: true },
  plugin: { type: "string", multiple: true },
  machine: { type: "string", multiple: true },
  "dry-run": { type: "boolean", default: false },
  discard: { type: "boolean", default: false },
} as const;

/** @throws UsageError */
export function parseExportOptions(args: readonly string[]): ExportOptions | "help" {
  const values = parsed(() => parseArgs({ args: [...args], options: exportArguments }).values);
  if (values.help) return "help";
  const { from, list, since, "to-dir": folder, "sign-key": signKeyPath } = values;
  if (folder === undefined) throw new UsageError("--to-dir is missing");
  const format = parseFormat(values.format);
  assertFits(format, {
    drayage: { "volume-size": values["volume-size"], since, "sign-key": signKeyPath, file: values.file },
    "tanzu-plugins": { group: values.group, plugin: values.plugin, machine: values.machine },
  });
  const base = from === undefined ? undefined : parseBase("--from", from);
  const name = values.name ?? basename(resolve(folder));
  return {
    ...(base && { from: base }),
    wanted: format === "tanzu-plugins" ? parseWantedPlugins(values, base) : parseWantedList(list),
    folder,
    name: parseName(format === "tanzu-plugins" && !/\.tar(\.gz)?$/.test(name) ? `${name}.tar.gz` : name),
    format,
    volumeBytes: parseVolumeSize(values["volume-size"]),
    ...(since !== undefined && { sincePath: since }),
    filePaths: parseFilePaths(values.file ?? []),
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
function parseFormat(value: string): ExportFormat {
  const format = formats.find((each) => each === value);
  if (format) return format;
  throw new UsageError(`--format must be one of ${formats.join(", ")}, not "${value}"`);
}

/** @throws UsageError for an option of another format */
function assertFits(
  format: ExportFormat,
  owned: Partial<Record<ExportFormat, Readonly<Record<string, unknown>>>>,
): void {
  for (const [owner, options] of Object.entries(owned)) {
    const given = Object.keys(options).find((option) => options[option] !== undefined);
    if (owner !== format && given !== undefined) {
      throw new UsageError(`--${given} is for the format ${owner} only`);
    }
  }
}

/** @throws UsageError */
function parseWantedList(listPath: string | undefined): WantedList {
  if (listPath === undefined) throw new UsageError("--list is missing");
  return { listPath };
}

/** @throws UsageError */
function parseWantedPlugins(
  values: {
    readonly list?: string;
    readonly group?: string[];
    readonly plugin?: string[];
    readonly machine?: string[];
  },
  from: RegistryBase | undefined,
): WantedPlugins {
  if (from === undefined) throw new UsageError("--from is missing: the folder of the plug-in inventory");
  if (values.list !== undefined) throw new UsageError("--list is not for the format tanzu-plugins");
  const { group, plugin, machine } = values;
  const machines = machine?.map((each) => {
    const { os, architecture } = /^(?<os>[a-z0-9]+)\/(?<architecture>[a-z0-9]+)$/.exec(each)?.groups ?? {};
    if (os !== undefined && architecture !== undefined) return { os, architecture };
    throw new UsageError(`--machine must be like linux/amd64, not "${each}"`);
  });
  return {
    from,
    choice: {
      ...(group && { groups: group }),
      ...(plugin && { plugins: plugin }),
      ...(machines && { machines }),
    },
  };
}

/** @throws UsageError for names that no bundle can tell apart, or that it has no place for */
function parseFilePaths(paths: readonly string[]): readonly string[] {
  const names = new Set<string>();
  for (const name of paths.map((path) => basename(path))) {
    if (!isBundledFileName(name)) {
      throw new UsageError(
        `--file must be called by letters, digits, blanks and ". _ + @ -", not "${name}": rename it`,
      );
    }
    if (names.has(name)) throw new UsageError(`--file names two files called "${name}": rename one of them`);
    names.add(name);
  }
  return paths;
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
