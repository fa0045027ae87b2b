/** The fields of a tar header that a test wants to be otherwise than any tool writes them. */
export interface TarBlockFields {
  readonly name: string;
  /** Typeflag. */
  readonly kind?: string;
  readonly content?: Uint8Array | string;
  /** What the header says, whatever the content is. */
  readonly sizeBytes?: number;
  /** The bytes of the size field themselves. */
  readonly sizeField?: Uint8Array;
  readonly linkName?: string;
  readonly prefix?: string;
  readonly magic?: string;
}

const blockBytes = 512;

/** An entry of a tar: header, content, padding (POSIX.1, "ustar Interchange Format"). */
export function tarBlocks(fields: TarBlockFields): Buffer {
  const content = Buffer.from(fields.content ?? "");
  const header = Buffer.alloc(blockBytes);
  header.write(fields.name, 0, 100);
  header.write("0000644\0", 100);
  header.write("0000000\0", 108);
  header.write("0000000\0", 116);
  header.write(`${(fields.sizeBytes ?? content.byteLength).toString(8).padStart(11, "0")}\0`, 124);
  if (fields.sizeField) Buffer.from(fields.sizeField).copy(header, 124, 0, 12);
  header.write("00000000000\0", 136);
  header.write(fields.kind ?? "0", 156);
  header.write(fields.linkName ?? "", 157, 100);
  header.write(fields.magic ?? "ustar\u000000", 257, "latin1");
  header.write(fields.prefix ?? "", 345, 155);
  sealTarHeader(header);
  const padding = Buffer.alloc((blockBytes - (content.byteLength % blockBytes)) % blockBytes);
  return Buffer.concat([header, content, padding]);
}

/** Gives a header the sum that belongs to it. */
export function sealTarHeader(header: Buffer): void {
  header.fill(0x20, 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
}

/** Entries and the two blocks of zeros after them. */
export function tarArchive(...entries: readonly Uint8Array[]): Buffer {
  return Buffer.concat([...entries, Buffer.alloc(2 * blockBytes)]);
}

/** A pax record with the right length in front of it. */
export function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const restBytes = Buffer.byteLength(rest);
  const length = [1, 2, 3, 4, 5, 6, 7, 8].find((digits) => String(restBytes + digits).length === digits) ?? 0;
  return `${restBytes + length}${rest}`;
}
