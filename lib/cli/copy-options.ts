import { parseArgs } from "node:util";
import { parsePlatform, type ContentScope, type Recheck } from "../engine/mirror/index.ts";
import { EngineError } from "../engine/oci/errors.ts";
import type { RegistryBase } from "../engine/oci/reference.ts";
import { describeFailure } from "./describe-failure.ts";
import {
  listUsage,
  parseBase,
  parseConcurrency,
  parseLine,
  parseSide,
  registryArguments,
  registryUsage,
  type LineOptions,
  type SideOptions,
} from "./side-options.ts";
import { parsed, UsageError } from "./usage-error.ts";

export const copyUsage = `Usage: drayage copy --from REGISTRY[/BASE] --to REGISTRY[/BASE] --list FILE [options]

Copies the images of a list with all their platforms, and imgpkg bundles with the images they list. What the target has
already is not moved again, so an interrupted copy is resumed by running it again.

Options:
${registryUsage}
What is copied:
  --platform OS/ARCH      of an index only the images for this platform; may be repeated; the index itself stays as it is,
                          which not every registry accepts; a later copy of more platforms needs --recheck
  --referrers             also signatures, attestations and SBOMs, by the referrers list and by cosign's tags
  --include-foreign       also layers that may not be redistributed freely (old Windows base images), fetched from where
                          they live
  --recheck WHAT          do not skip an image because its digest stands under the tag: "parts" asks for each of its
                          manifests and layers and copies what lacks, "content" reads them, too, and replaces what is
                          damaged

  --concurrency N         images at once, 1 to 64 (16 unless given)
  --json                  end with one line of JSON on standard output
  --help                  show this text

${listUsage}
Exit status: 0 all images are at the target, 1 something failed, 2 the command or the list is wrong.
`;

export interface CopyOptions {
  readonly from?: RegistryBase;
  readonly to: RegistryBase;
  readonly listPath: string;
  readonly sides: { readonly from: SideOptions; readonly to: SideOptions };
  readonly line: LineOptions;
  readonly scope: ContentScope;
  readonly recheck?: Recheck;
  readonly concurrency: number;
  readonly json: boolean;
}

/** A line of 20 ms is kept busy by so many; on a fast one fewer are no faster. */
const defaultConcurrency = 16;

/** @throws UsageError */
export function parseCopyOptions(args: readonly string[]): CopyOptions | "help" {
  const own = { recheck: { type: "string" } } as const;
  const values = parsed(
    () => parseArgs({ args: [...args], options: { ...registryArguments, ...own } }).values,
  );
  return values.help ? "help" : { ...parseCopyValues(values), ...parseRecheck(values.recheck) };
}

/** @throws UsageError */
function parseRecheck(value: string | undefined): Pick<CopyOptions, "recheck"> {
  if (value === undefined) return {};
  if (value === "parts" || value === "content") return { recheck: value };
  throw new UsageError(`--recheck must be "parts" or "content", not "${value}"`);
}

/** What copy and verify have in common. @throws UsageError */
export function parseCopyValues(
  values: Parameters<typeof parseSide>[0] & {
    readonly from?: string;
    readonly to?: string;
    readonly list?: string;
    readonly platform?: string[];
    readonly referrers: boolean;
    readonly "include-foreign": boolean;
    readonly concurrency?: string;
    readonly json: boolean;
  },
): CopyOptions {
  const { from, to, list } = values;
  if (to === undefined) throw new UsageError("--to is missing");
  if (list === undefined) throw new UsageError("--list is missing");
  return {
    ...(from === undefined ? {} : { from: parseBase("--from", from) }),
    to: parseBase("--to", to),
    listPath: list,
    sides: { from: parseSide(values, "from"), to: parseSide(values, "to") },
    line: parseLine(values),
    scope: {
      ...parsePlatforms(values.platform),
      referrers: values.referrers,
      foreignLayers: values["include-foreign"],
    },
    concurrency: parseConcurrency(values.concurrency, defaultConcurrency),
    json: values.json,
  };
}

/** @throws UsageError */
function parsePlatforms(values: readonly string[] | undefined): Pick<ContentScope, "platforms"> {
  if (values === undefined) return {};
  try {
    return { platforms: values.flatMap((each) => each.split(",")).map(parsePlatform) };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new UsageError(`--platform: ${describeFailure(error)}`, { cause: error });
  }
}
