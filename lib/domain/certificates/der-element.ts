/** One element of DER (ITU-T X.690 section 8.1), as offsets into the bytes that it stands in. */
export interface DerElement {
  /** The identifier octet, class and constructed bit included: 0x30 is a SEQUENCE. */
  readonly tag: number;
  readonly start: number;
  readonly contentStart: number;
  readonly end: number;
}

export const derTags = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  sequence: 0x30,
  /** Context tag 0, constructed. */
  context0: 0xa0,
} as const;

/** Of one element; more of them are not looked at. */
const maxChildren = 1_000;

/**
 * The element at an offset, or null when there is none: a tag of several octets, an indefinite length (which DER does
 * not have) or bytes that end before it does. Nothing inside is looked at.
 */
export function readDerElement(
  bytes: Uint8Array,
  start = 0,
  limit: number = bytes.byteLength,
): DerElement | null {
  const tag = bytes[start];
  const first = bytes[start + 1];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return null;
  let contentStart = start + 2;
  let length = first;
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count === 0 || count > 4 || contentStart + count > limit) return null;
    length = 0;
    for (let index = 0; index < count; index++) length = length * 256 + (bytes[contentStart + index] ?? 0);
    contentStart += count;
  }
  const end = contentStart + length;
  return end > limit ? null : { tag, start, contentStart, end };
}

/** What stands in a constructed element, or null when that is no sequence of elements. */
export function listDerChildren(bytes: Uint8Array, parent: DerElement): readonly DerElement[] | null {
  const children: DerElement[] = [];
  for (let offset = parent.contentStart; offset < parent.end;) {
    const child = readDerElement(bytes, offset, parent.end);
    if (child === null || children.length === maxChildren) return null;
    children.push(child);
    offset = child.end;
  }
  return children;
}

/** The bytes of an element, its identifier and length included. */
export const sliceDer = (bytes: Uint8Array, { start, end }: DerElement): Uint8Array =>
  bytes.subarray(start, end);

/** The content of an element in hexadecimal digits: enough to tell one object identifier from another. */
export const hexOfContent = (bytes: Uint8Array, { contentStart, end }: DerElement): string =>
  Buffer.from(bytes.subarray(contentStart, end)).toString("hex");
