import { parseArgs } from "node:util";
import { parseRegistryBase, type RegistryBase } from "../engine/oci/reference.ts";
import { EngineError } from "../engine/oci/errors.ts";
import { describeFailure } from "./describe-failure.ts";

export const copyUsage = `Usage: drayage copy --from REGISTRY[/BASE] --to REGISTRY[/BASE] --list FILE [options]

Copies the images of a list with all their platforms, and imgpkg bundles with the images they list. What the target has
already is not moved again, so an interrupted copy is resumed by running it again.

Options:
  --from REGISTRY[/BASE]  where the images are; may be left out when all lines have three columns
  --to REGISTRY[/BASE]    where they go
  --list FILE             what to copy; "-" reads standard input
  --from-plain-http       speak HTTP instead of HTTPS to the source
  --to-plain-http         speak HTTP instead of HTTPS to the target
  --concurrency N         images at once, 1 to 64 (6 unless given)
  --json                  end with one line of JSON on standard output
  --help                  show this text

Lines of the list:
  path:tag                <from>/path:tag to <to>/path:tag
  path@sha256:...         the same by digest
  -b path:tag             an imgpkg bundle; -i an image (bundles are recognised without it, too)
  REGISTRY[/BASE] path tag
                          as in dependencies.txt: to <to>/vmware-cloud-director/path:tag; --from replaces the first column
  # ...                   skipped, as are blank lines

Exit status: 0 all images are at the target, 1 something failed, 2 the command or the list is wrong.
`;

export interface CopyOptions {
  readonly from?: RegistryBase;
  readonly to: RegistryBase;
  readonly listPath: string;
  readonly fromPlainHttp: boolean;
  readonly toPlainHttp: boolean;
  readonly concurrency: number;
  readonly json: boolean;
}

/** A command that cannot be run as it was written; the message says why. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const defaultConcurrency = 6;
const maxConcurrency = 64;

/** @throws UsageError */
export function parseCopyOptions(args: readonly string[]): CopyOptions | "help" {
  const values = parseValues(args);
  if (values.help) return "help";
  const { from, to, list } = values;
  if (to === undefined) throw new UsageError("--to is missing");
  if (list === undefined) throw new UsageError("--list is missing");
  return {
    ...(from === undefined ? {} : { from: parseBase("--from", from) }),
    to: parseBase("--to", to),
    listPath: list,
    fromPlainHttp: values["from-plain-http"],
    toPlainHttp: values["to-plain-http"],
    concurrency: parseConcurrency(values.concurrency),
    json: values.json,
  };
}

function parseValues(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        from: { type: "string" },
        to: { type: "string" },
        list: { type: "string" },
        "from-plain-http": { type: "boolean", default: false },
        "to-plain-http": { type: "boolean", default: false },
        concurrency: { type: "string" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function parseBase(option: string, text: string): RegistryBase {
  try {
    return parseRegistryBase(text);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new UsageError(`${option}: ${describeFailure(error)}`, { cause: error });
  }
}

function parseConcurrency(text: string | undefined): number {
  if (text === undefined) return defaultConcurrency;
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= maxConcurrency) return count;
  throw new UsageError(`--concurrency must be a number from 1 to ${maxConcurrency}, not "${text}"`);
}
