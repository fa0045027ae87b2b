export interface ByteRange {
  readonly start: number;
  /** The last byte, not the one after it. */
  readonly end: number;
}

/**
 * The `Range` header of a request for content of `sizeBytes` (RFC 9110 section 14). Null where the whole is to be sent:
 * without the header, for other units, several ranges, or nonsense.
 */
export function parseByteRange(
  header: string | undefined,
  sizeBytes: number,
): ByteRange | "unsatisfiable" | null {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? "") ?? [];
  if (first === "" && last === "") return null;
  if (first === "") {
    const count = Math.min(Number(last), sizeBytes);
    return count === 0 ? "unsatisfiable" : { start: sizeBytes - count, end: sizeBytes - 1 };
  }
  const start = Number(first);
  const end = last === "" ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  if (last !== "" && Number(last) < start) return null;
  return start >= sizeBytes ? "unsatisfiable" : { start, end };
}

/**
 * `Content-Range` of an uploaded chunk as the distribution specification has it: `start-end` without a unit, which some
 * clients write all the same. Null when it is none.
 */
export function parseChunkRange(header: string): ByteRange | null {
  const [, first, last] = /^(?:bytes[ =])?(\d+)-(\d+)(?:\/(?:\d+|\*))?$/.exec(header.trim()) ?? [];
  if (first === undefined || last === undefined) return null;
  const range = { start: Number(first), end: Number(last) };
  return range.end < range.start ? null : range;
}
