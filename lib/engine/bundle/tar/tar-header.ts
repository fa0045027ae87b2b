/** Everything in a tar stands at multiples of this (POSIX.1, "ustar Interchange Format"). */
export const tarBlockBytes = 512;
/** Two blocks of zeros. */
export const tarEndBytes = 2 * tarBlockBytes;

const longestName = 100;
/** Eleven octal digits. */
const largestOctalSize = 0o77777777777;
const fileMode = 0o644;
const folderMode = 0o755;

/** How much follows content of this size up to the next block. */
export function tarPadding(sizeBytes: number): number {
  return (tarBlockBytes - (sizeBytes % tarBlockBytes)) % tarBlockBytes;
}

/**
 * What stands in front of a file's content: a ustar header, and in front of that a pax extended header when the name is
 * longer than 100 bytes or the size beyond 8 GiB (POSIX.1, "pax Interchange Format"). Owner and time are fixed, so that
 * the same content always makes the same archive.
 */
export function encodeTarHeader(name: string, sizeBytes: number): Uint8Array {
  const records = [
    ...(Buffer.byteLength(name) > longestName ? [formatPaxRecord("path", name)] : []),
    ...(sizeBytes > largestOctalSize ? [formatPaxRecord("size", String(sizeBytes))] : []),
  ].join("");
  const header = encodeBlock(name, Math.min(sizeBytes, largestOctalSize), "0");
  if (records === "") return header;
  const extended = Buffer.from(records);
  return Buffer.concat([
    encodeBlock("PaxHeader", extended.byteLength, "x"),
    extended,
    Buffer.alloc(tarPadding(extended.byteLength)),
    header,
  ]);
}

/**
 * What stands for a folder. Most programs need none, since the names of files say where they belong; some make no folder
 * that has no entry.
 *
 * @param name at most 99 bytes, without a slash at its end
 */
export function encodeTarFolder(name: string): Uint8Array {
  return encodeBlock(`${name}/`, 0, "5");
}

/** `length key=value\n`, where the length counts its own digits. */
function formatPaxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const restBytes = Buffer.byteLength(rest);
  let length = restBytes + 1;
  while (String(length).length + restBytes !== length) length = String(length).length + restBytes;
  return `${length}${rest}`;
}

function encodeBlock(name: string, sizeBytes: number, kind: "0" | "5" | "x"): Uint8Array {
  const block = Buffer.alloc(tarBlockBytes);
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, "0");
  Buffer.from(name).copy(block, 0, 0, longestName);
  block.write(octal(kind === "5" ? folderMode : fileMode, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(sizeBytes, 11), 124);
  block.write(octal(0, 11), 136);
  block.write(kind, 156);
  block.write("ustar\u000000", 257, "latin1");
  // Of devices only, but Go writes them for all, and so our tars can be equal to imgpkg's.
  block.write(octal(0, 7), 329);
  block.write(octal(0, 7), 337);
  block.write(`${octal(sumOf(block), 6)}\0 `, 148, "latin1");
  return block;
}

/** Sum of a header's bytes, those of the sum itself taken for blanks. */
function sumOf(block: Uint8Array): number {
  let sum = 0;
  for (const [at, byte] of block.entries()) sum += at >= 148 && at < 156 ? 0x20 : byte;
  return sum;
}

export interface TarHeader {
  readonly name: string;
  readonly sizeBytes: number;
  /** Typeflag; "0" for the files of old archives, too. */
  readonly kind: string;
  readonly linkName: string;
}

/** A header block, "end" for one of zeros, or "damaged" when its sum or a number in it is wrong. */
export function decodeTarHeader(block: Uint8Array): TarHeader | "end" | "damaged" {
  const bytes = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
  if (bytes.every((byte) => byte === 0)) return "end";
  const sum = readNumber(bytes, 148, 8);
  const sizeBytes = readNumber(bytes, 124, 12);
  if (sum === null || sizeBytes === null || sum !== sumOf(bytes)) return "damaged";
  const flag = String.fromCharCode(bytes[156] ?? 0);
  // GNU's own format says "ustar " and has times where POSIX has the beginning of the name.
  const prefix = bytes.toString("latin1", 257, 263) === "ustar\0" ? readText(bytes, 345, 155) : "";
  const name = readText(bytes, 0, longestName);
  return {
    name: prefix === "" ? name : `${prefix}/${name}`,
    sizeBytes,
    kind: flag === "\0" || flag === "7" ? "0" : flag,
    linkName: readText(bytes, 157, longestName),
  };
}

function readText(bytes: Buffer, start: number, length: number): string {
  const field = bytes.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.toString("utf8", 0, end === -1 ? length : end);
}

/** Octal digits, or, as GNU writes large numbers, binary with the highest bit set; null for anything else. */
function readNumber(bytes: Buffer, start: number, length: number): number | null {
  const field = bytes.subarray(start, start + length);
  if (((field[0] ?? 0) & 0x80) !== 0) {
    let value = (field[0] ?? 0) & 0x7f;
    for (const byte of field.subarray(1)) value = value * 256 + byte;
    return Number.isSafeInteger(value) ? value : null;
  }
  const digits = readText(bytes, start, length).trim();
  return /^[0-7]*$/.test(digits) ? Number.parseInt(digits || "0", 8) : null;
}
