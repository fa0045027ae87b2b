import type { FileLayout, FixedSegment } from "./layout.ts";

/** All of a file that is no blob's, ascending: what is known beforehand, and the zeros between. */
export function listFixed({ sizeBytes, blobs, fixed }: FileLayout): readonly FixedSegment[] {
  const spans = [
    ...fixed.map((segment) => ({ ...segment, end: segment.offset + segment.bytes.byteLength })),
    ...blobs.map((blob) => ({ offset: blob.offset, bytes: null, end: blob.offset + blob.sizeBytes })),
    { offset: sizeBytes, bytes: null, end: sizeBytes },
  ].sort((a, b) => a.offset - b.offset);
  const listed: FixedSegment[] = [];
  let position = 0;
  for (const { offset, bytes, end } of spans) {
    if (offset > position) listed.push({ offset: position, bytes: Buffer.alloc(offset - position) });
    if (bytes !== null) listed.push({ offset, bytes });
    position = Math.max(position, end);
  }
  return listed;
}

/**
 * The first place at which bytes of a file are not what they should be, or null.
 *
 * @param bytes from `offset` of the file on
 */
export function findChange(fixed: readonly FixedSegment[], bytes: Uint8Array, offset: number): number | null {
  const end = offset + bytes.byteLength;
  for (let at = findFirst(fixed, offset); at < fixed.length; at++) {
    const segment = fixed[at];
    if (segment === undefined || segment.offset >= end) return null;
    const from = Math.max(segment.offset, offset);
    const to = Math.min(segment.offset + segment.bytes.byteLength, end);
    const expected = segment.bytes.subarray(from - segment.offset, to - segment.offset);
    const found = bytes.subarray(from - offset, to - offset);
    if (Buffer.compare(expected, found) === 0) continue;
    return from + expected.findIndex((byte, index) => byte !== found[index]);
  }
  return null;
}

/** The first segment that ends behind `offset`. */
function findFirst(fixed: readonly FixedSegment[], offset: number): number {
  let [low, high] = [0, fixed.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const segment = fixed[middle];
    if (segment !== undefined && segment.offset + segment.bytes.byteLength <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
