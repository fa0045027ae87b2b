import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import {
  type ChecksumAlgorithm,
  checksumAlgorithms,
  checksumNames,
  type Checksums,
} from "../engine/checksums/checksums.ts";
import {
  type ChecksumResult,
  type ComparedChecksum,
  compareChecksums,
  concludeComparison,
} from "../engine/checksums/compare-checksums.ts";
import { computeChecksums } from "../engine/checksums/compute-checksums.ts";
import {
  maxPublishedLength,
  parseChecksums,
  type PublishedChecksums,
} from "../engine/checksums/parse-checksums.ts";
import { type ChecksumOptions, checksumUsage, parseChecksumOptions } from "./checksum-options.ts";
import { formatBytes } from "./format-bytes.ts";
import { TerminalLine } from "./terminal-line.ts";
import { describeUsage, UsageError } from "./usage-error.ts";

/** As `computeChecksums` is quickest with. */
const readBytes = 1024 * 1024;
/** Smaller files are read before anybody looks. */
const minShownBytes = 100_000_000;

/** Of a list of values without names, none of which matches. */
const shownValues = 3;

interface FileReport extends Checksums {
  readonly file: string;
  /** Null when nothing was given to compare with. */
  readonly result: ChecksumResult | null;
  readonly compared: readonly ComparedChecksum[];
}

interface FileFailure {
  readonly file: string;
  readonly message: string;
}

/** `drayage checksum`. @returns the exit status */
export async function runChecksumCommand(args: readonly string[]): Promise<number> {
  let options: ChecksumOptions;
  let published: PublishedChecksums | null;
  try {
    const given = parseChecksumOptions(args);
    if (given === "help") {
      process.stdout.write(checksumUsage);
      return 0;
    }
    options = given;
    published = await readPublished(options);
  } catch (error) {
    process.stderr.write(`drayage checksum: ${describeUsage(error)}\n`);
    return 2;
  }

  const reports: FileReport[] = [];
  const failures: FileFailure[] = [];
  for (const file of options.files) {
    try {
      const report = compareFile(file, await computeFile(file), published);
      reports.push(report);
      if (!options.json) process.stdout.write(describeFile(report));
    } catch (error) {
      if (!isFileError(error)) throw error;
      failures.push({ file, message: error.message });
      process.stderr.write(`drayage checksum: ${file}: ${error.message}\n`);
    }
  }
  if (options.json) process.stdout.write(`${JSON.stringify({ files: reports.map(toJson), failures })}\n`);
  if (failures.length > 0) return 2;
  return reports.every(({ result }) => result === null || result === "match") ? 0 : 1;
}

/** @throws UsageError; warns of what cannot be used of it */
async function readPublished({ expected }: ChecksumOptions): Promise<PublishedChecksums | null> {
  if (expected === null) return null;
  const option = "text" in expected ? "--expect" : "--expect-file";
  const published = parseChecksums("text" in expected ? expected.text : await readText(expected.path));
  if (published.truncated) throw new UsageError(`${option}: too long; 1 MiB and 10000 values are the limit`);
  if (published.checksums.length === 0)
    throw new UsageError(
      `${option}: no SHA-256, SHA-1 or MD5 in it${published.unusable.map(describeUnusable).join("")}`,
    );
  for (const each of published.unusable)
    process.stderr.write(`drayage checksum: ${option}${describeUnusable(each)}\n`);
  return published;
}

function describeUnusable({ line, digits, reason }: PublishedChecksums["unusable"][number]): string {
  const why = reason === "wrong-length" ? "part of it may be missing" : "its algorithm is not compared";
  return `; line ${line}: a value of ${digits} digits cannot be used, ${why}`;
}

/** @throws UsageError */
async function readText(path: string): Promise<string> {
  try {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of openContent(path)) {
      chunks.push(chunk);
      length += chunk.byteLength;
      // As many bytes as make too many characters, in any encoding.
      if (length > 4 * maxPublishedLength) break;
    }
    const bytes = Buffer.concat(chunks);
    // PowerShell's ">" writes UTF-16.
    const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : "utf-8";
    return new TextDecoder(encoding).decode(bytes);
  } catch (error) {
    if (!isFileError(error)) throw error;
    throw new UsageError(`--expect-file: ${error.message}`, { cause: error });
  }
}

function openContent(path: string): AsyncIterable<Buffer> {
  return path === "-" ? process.stdin : createReadStream(path, { highWaterMark: readBytes });
}

async function computeFile(path: string): Promise<Checksums> {
  const totalBytes = path === "-" ? null : (await stat(path)).size;
  const isShown = process.stderr.isTTY && (totalBytes === null || totalBytes >= minShownBytes);
  if (!isShown) return computeChecksums(openContent(path));
  const startedAt = performance.now();
  let doneBytes = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of openContent(path)) {
      yield chunk;
      doneBytes += chunk.byteLength;
    }
  }
  const line = new TerminalLine(process.stderr, () => {
    const seconds = Math.max(0.001, (performance.now() - startedAt) / 1000);
    const share = totalBytes === null ? "" : `${Math.floor((doneBytes / totalBytes) * 100)}%  `;
    return `${share}${formatBytes(doneBytes)}  ${formatBytes(doneBytes / seconds)}/s  ${path}`;
  });
  try {
    return await computeChecksums(counted());
  } finally {
    line.stop();
  }
}

function compareFile(file: string, checksums: Checksums, published: PublishedChecksums | null): FileReport {
  const compared = published ? compareChecksums(checksums, published.checksums, file) : [];
  return { file, ...checksums, compared, result: published && concludeComparison(compared) };
}

function toJson({ compared, ...report }: FileReport) {
  return {
    ...report,
    compared: compared.map(({ published, verdict }) => ({ ...published, verdict })),
  };
}

const resultWords: Readonly<Record<ChecksumResult, string>> = {
  match: "matches what was published",
  mismatch: "DOES NOT MATCH what was published",
  nothing: "nothing was published for a file of this name",
};

function describeFile(report: FileReport): string {
  const { file, sizeBytes, result, compared } = report;
  const head = `${file}: ${formatBytes(sizeBytes)}${result === null ? "" : `, ${resultWords[result]}`}`;
  const lines = checksumAlgorithms.map((algorithm) => {
    const line = `  ${checksumNames[algorithm].padEnd(8)} ${report[algorithm]}`;
    return `${line}${describeVerdict(algorithm, compared)}`;
  });
  return `${[head, ...lines].join("\n")}\n`;
}

function describeVerdict(algorithm: ChecksumAlgorithm, compared: readonly ComparedChecksum[]): string {
  const own = compared.filter(({ published }) => published.algorithm === algorithm);
  const wrong = own.filter(({ verdict }) => verdict === "mismatch");
  if (wrong.length > 0) {
    const values = wrong.slice(0, shownValues).map(({ published }) => `\n  published ${published.hex}`);
    return `  does not match${values.join("")}${wrong.length > shownValues ? "\n  and others" : ""}`;
  }
  return own.some(({ verdict }) => verdict === "match") ? "  matches" : "";
}

function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}
