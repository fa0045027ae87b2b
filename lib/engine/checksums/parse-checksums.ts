import { type ChecksumAlgorithm, checksumAlgorithms, checksumDigits } from "./checksums.ts";

/** A list of ten thousand files; a download page has a handful. */
export const maxPublishedLength = 1024 * 1024;
const maxChecksums = 10_000;
/** A path of the file system and the longest value. */
const maxLineLength = 4096 + 256;

export interface PublishedChecksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Lower case. */
  readonly hex: string;
  /** As it was published, with folders if it had any; null for a value that stands alone. */
  readonly fileName: string | null;
  /** From 1. */
  readonly line: number;
}

/** What looks like a checksum and cannot be compared. */
export interface UnusableChecksum {
  readonly line: number;
  readonly digits: number;
  /** `other-algorithm`: SHA-512 and the like; `wrong-length`: digits are missing, or too many. */
  readonly reason: "other-algorithm" | "wrong-length";
}

export interface PublishedChecksums {
  readonly checksums: readonly PublishedChecksum[];
  readonly unusable: readonly UnusableChecksum[];
  /** The text is longer than `maxPublishedLength` or has more values than are kept; the rest was not read. */
  readonly truncated: boolean;
}

/** A value where it was found, before it is known whether it can be used. */
interface Finding {
  readonly hex: string;
  readonly fileName: string | null;
  /** Algorithms named beside it; `other` for one that is not compared. */
  readonly labels: readonly Label[];
}

type Label = ChecksumAlgorithm | "other";

/**
 * Reads what a person copies from a download page or a checksum file, whatever else stands there.
 *
 * Understood are the lines of `sha256sum`, `sha1sum` and `md5sum` (GNU and BSD form, with escaped names), of `openssl
 * dgst`, `certutil` and PowerShell's `Get-FileHash`, values after a name of the algorithm (`SHA1SUM: …`, `SHA-256: …`,
 * `sha256:…`, `SHA2: …`), before it in brackets, after a file name, and values alone; several to a line. The case of
 * digits and the kind of line end do not matter. Lines that start with `#` are comments. Safe in a browser.
 *
 * @throws never
 */
export function parseChecksums(text: string): PublishedChecksums {
  const checksums: PublishedChecksum[] = [];
  const unusable: UnusableChecksum[] = [];
  const lines = text.slice(0, maxPublishedLength).split(/\r\n|\r|\n/);
  for (const [index, line] of lines.entries()) {
    for (const finding of findInLine(cleanLine(line))) {
      if (checksums.length + unusable.length >= maxChecksums) return { checksums, unusable, truncated: true };
      const known = recognize(finding);
      const { hex, fileName } = finding;
      if (typeof known === "object") {
        checksums.push({
          algorithm: known.algorithm,
          hex: hex.toLowerCase(),
          fileName,
          line: index + 1,
        });
      } else {
        unusable.push({ line: index + 1, digits: hex.length, reason: known });
      }
    }
  }
  return { checksums, unusable, truncated: text.length > maxPublishedLength };
}

/** Web pages and editors strew characters of no width. */
function cleanLine(line: string): string {
  return line
    .slice(0, maxLineLength)
    .replace(/[\u200b-\u200d\u2060\ufeff]/g, "")
    .trim();
}

// Fewer than 24 digits are anything but a checksum.
const bsdLine = /^(\\?)([A-Za-z][A-Za-z0-9/-]{1,15}) ?\((.+)\) ?= ?([0-9a-fA-F]{24,})$/;
// After a single blank only what looks like a file name: the rest may be a sentence.
const sumLine = /^(\\?)([0-9a-fA-F]{24,})(?: [ *]|\s{2,}|\t| (?=\S+\.\w+$))(\S.*)$/;
const powerShellLine = /^([A-Za-z][A-Za-z0-9-]{1,15})\s{2,}([0-9a-fA-F]{24,})\s+(\S.*)$/;
const nameFirstLine =
  /^([^\s:=]+\.[A-Za-z0-9]{1,8})(?::\s*|\s+)(?:([A-Za-z][A-Za-z0-9-]{1,15})\s*[:=]?\s*)?([0-9a-fA-F]{24,})$/;

function findInLine(line: string): Finding[] {
  if (line === "" || line.startsWith("#")) return [];
  const bsd = bsdLine.exec(line);
  if (bsd) {
    const [, escaped = "", label = "", name = "", hex = ""] = bsd;
    return [{ hex, fileName: unescapeName(name, escaped), labels: labelsIn(label) }];
  }
  const sum = sumLine.exec(line);
  if (sum) {
    const [, escaped = "", hex = "", name = ""] = sum;
    // "<hex> (SHA-256)" and "<hex> <hex>" have no name.
    if (labelsIn(firstWord(name)).length === 0 && findValues(name).length === 0)
      return [{ hex, fileName: unescapeName(name, escaped), labels: [] }];
  }
  const powerShell = powerShellLine.exec(line);
  if (powerShell) {
    const [, label = "", hex = "", name = ""] = powerShell;
    const labels = labelsIn(label);
    if (labels.length > 0 && findValues(name).length === 0) return [{ hex, fileName: name, labels }];
  }
  const nameFirst = nameFirstLine.exec(line);
  if (nameFirst) {
    const [, fileName = "", label = "", hex = ""] = nameFirst;
    const labels = labelsIn(label);
    if (label === "" || labels.length > 0) return [{ hex, fileName, labels }];
  }
  return findValues(line);
}

/** Values in running text, each with the algorithms named before it, or in brackets behind it. */
function findValues(line: string): Finding[] {
  // Not the digits of a path, an address or a file name.
  const values = [...line.matchAll(/(?<![\w/.@%-])[0-9a-fA-F]{24,}(?![\w/%-]|\.\w)/g)];
  let readTo = 0;
  return values.flatMap((value) => {
    const [hex] = value;
    const before = line.slice(readTo, value.index);
    readTo = value.index + hex.length;
    const behind = /^\s*[([]([^)\]]{1,24})[)\]]/.exec(line.slice(readTo))?.[1] ?? "";
    const labels = labelsIn(behind).length > 0 ? labelsIn(behind) : labelsIn(before);
    const finding: Finding = { hex, fileName: null, labels };
    // A run of digits in a sentence that nobody calls a checksum is none, unless it has the length of one.
    const alone = hex.length === line.length;
    return alone || labels.length > 0 || recognize(finding) !== "wrong-length" ? [finding] : [];
  });
}

function recognize({ hex, labels }: Finding): { algorithm: ChecksumAlgorithm } | UnusableChecksum["reason"] {
  const algorithm = checksumAlgorithms.find((each) => checksumDigits[each] === hex.length);
  if (algorithm !== undefined && (labels.length === 0 || labels.includes(algorithm))) return { algorithm };
  // SHA-224, SHA-384, SHA-512 and their like.
  const otherLength = [56, 96, 128].includes(hex.length);
  return labels.includes("other") || (labels.length === 0 && otherLength)
    ? "other-algorithm"
    : "wrong-length";
}

const labels: ReadonlyMap<string, ChecksumAlgorithm> = new Map([
  ["sha256", "sha256"],
  ["sha2256", "sha256"],
  // Download pages that write "SHA2" mean its form of 256 bits.
  ["sha2", "sha256"],
  ["sha1", "sha1"],
  ["md5", "md5"],
]);
const otherLabel = /^(?:sha2?(?:224|384|512)(?:224|256)?|sha3\d*|blake\d?[bsp]?\d*|b[23]|crc\d*|md[24]|sm3)$/;

function labelsIn(text: string): Label[] {
  const joined = text.replace(/\b(sha|md)[ _]+(?=\d)/gi, "$1");
  return (joined.match(/[A-Za-z][\w/-]*/g) ?? []).flatMap((word): Label[] => {
    const name = word
      .toLowerCase()
      .replace(/[^a-z0-9]/g, "")
      .replace(/(?:check)?sums?$|hash$|digest$/, "");
    const algorithm = labels.get(name);
    if (algorithm !== undefined) return [algorithm];
    return otherLabel.test(name) ? ["other"] : [];
  });
}

/** Up to the first blank, without a sign at its end: "SHA-256:", "(MD5)"; a name like "sha256.txt" is no label. */
function firstWord(text: string): string {
  const word = /^\S*/.exec(text)?.[0] ?? "";
  return /\.\w/.test(word) ? "" : word;
}

/**
 * GNU writes a backslash before a line whose name has backslashes or line ends, and escapes those; `-` for what it read
 * from standard input.
 */
function unescapeName(name: string, escaped: string): string | null {
  if (name === "-") return null;
  if (escaped === "") return name;
  return name.replace(/\\([\\nr])/g, (_, sign: string) => ({ n: "\n", r: "\r" })[sign] ?? sign);
}
