/** Bytes of a file, from `start` to before `end`. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * What a request wants of a file, by RFC 9110, section 14. Several ranges at once, and what is malformed, are answered
 * with the whole, as the specification allows.
 *
 * @param range the header `Range`
 * @returns null for the whole; "unsatisfiable" for a range that the file does not have
 */
export function parseRange(range: string | null, sizeBytes: number): ByteRange | "unsatisfiable" | null {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(range?.trim() ?? "") ?? [];
  if (first === "" && last === "") return null;
  if (first === "") {
    const length = Math.min(Number(last), sizeBytes);
    return length === 0 ? "unsatisfiable" : { start: sizeBytes - length, end: sizeBytes };
  }
  const start = Number(first);
  if (last !== "" && Number(last) < start) return null;
  if (start >= sizeBytes) return "unsatisfiable";
  return { start, end: last === "" ? sizeBytes : Math.min(Number(last) + 1, sizeBytes) };
}
