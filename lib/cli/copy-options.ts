import { parseArgs } from "node:util";
import type { ContentScope, Recheck } from "../engine/mirror/index.ts";
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
  sourceUsage,
  toArguments,
  type LineOptions,
  type SideOptions,
} from "./side-options.ts";
import { parsed, UsageError } from "./usage-error.ts";

/** What copy and verify have in common. */
export const copyArguments = {
  ...fromArguments,
  ...toArguments,
  ...lineArguments,
  ...scopeArguments,
  ...commonArguments,
  list: { type: "string" },
} as const;

export const copyUsage = `Usage: drayage copy --from REGISTRY[/BASE] --to REGISTRY[/BASE] --list FILE [options]

Copies the images of a list with all their platforms, and imgpkg bundles with the images they list. What the target has
already is not moved again, so an interrupted copy is resumed by running it again.

Options:
${sourceUsage}  --to REGISTRY[/BASE]    where they go

Connections, of the source and of the target:
${describeConnections("from", "to")}
What is copied:
  --platform OS/ARCH      of an index only the images for this platform; may be repeated; the index itself stays as it is,
                          which not every registry accepts; a later copy of more platforms needs --recheck
  --referrers             also signatures, attestations and SBOMs, by the referrers list and by cosign's tags
  --include-foreign       also layers that may not be redistributed freely (old Windows base images), fetched from where
                          they live
  --recheck WHAT          do not skip an image because its digest stands under the tag: "parts" asks for each of its
                          manifests and layers and copies what lacks, "content" reads them, too, and replaces what is
                          damaged

${commonUsage}
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

/** @throws UsageError */
export function parseCopyOptions(args: readonly string[]): CopyOptions | "help" {
  const own = { recheck: { type: "string" } } as const;
  const values = parsed(() => parseArgs({ args: [...args], options: { ...copyArguments, ...own } }).values);
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
  values: Parameters<typeof parseSide>[0] &
    Parameters<typeof parseScope>[0] & {
      readonly from?: string;
      readonly to?: string;
      readonly list?: string;
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
    scope: parseScope(values),
    concurrency: parseConcurrency(values.concurrency),
    json: values.json,
  };
}
