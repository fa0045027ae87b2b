import { parseArgs } from "node:util";
import { parsed, UsageError } from "./usage-error.ts";

export const checksumUsage = `Usage: drayage checksum FILE... [--expect TEXT | --expect-file FILE] [--json]

Computes SHA-256, SHA-1 and MD5 of files in one pass, and compares them with what was published for them. A FILE of "-"
is standard input.

Options:
  --expect TEXT       what a download page says: one value or several, in any form
  --expect-file FILE  the same from a file, such as one that sha256sum or md5sum wrote; "-" is standard input
  --json              one line of JSON on standard output
  --help              show this text

Values that stand beside a file name are held to the file of that name, values without a name to each file.

Exit status: 0 every file matches what was published for it, or nothing was given to compare with; 1 a file does not match,
or none of the given values is for it; 2 the command is wrong, a file cannot be read, or no checksum was found in what was
given.
`;

export interface ChecksumOptions {
  readonly files: readonly string[];
  readonly expected: { readonly text: string } | { readonly path: string } | null;
  readonly json: boolean;
}

/** @throws UsageError */
export function parseChecksumOptions(args: readonly string[]): ChecksumOptions | "help" {
  const { values, positionals } = parsed(() =>
    parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        expect: { type: "string" },
        "expect-file": { type: "string" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    }),
  );
  if (values.help) return "help";
  const { expect: text, "expect-file": path, json } = values;
  if (positionals.length === 0) throw new UsageError("no file is named");
  if (text !== undefined && path !== undefined)
    throw new UsageError("--expect and --expect-file exclude each other");
  const readers = [...positionals, path].filter((each) => each === "-");
  if (readers.length > 1) throw new UsageError('standard input ("-") can be read only once');
  const expected = text !== undefined ? { text } : path !== undefined ? { path } : null;
  return { files: positionals, expected, json };
}
