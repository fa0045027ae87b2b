/**
 * The records of a pax extended header: `length key=value\n`, one after another (POSIX.1, "pax Extended Header").
 *
 * @returns the last value of each key, or null when a record is malformed
 */
export function parsePaxRecords(content: Uint8Array): Map<string, string> | null {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const records = new Map<string, string>();
  for (let at = 0; at < bytes.byteLength;) {
    const space = bytes.indexOf(0x20, at);
    const digits = space === -1 ? "" : bytes.toString("latin1", at, space);
    const end = at + Number(digits);
    if (!/^[1-9]\d{0,9}$/.test(digits) || end > bytes.byteLength || bytes[end - 1] !== 0x0a) return null;
    const record = bytes.toString("utf8", space + 1, end - 1);
    const equals = record.indexOf("=");
    if (space >= end || equals < 1) return null;
    records.set(record.slice(0, equals), record.slice(equals + 1));
    at = end;
  }
  return records;
}
