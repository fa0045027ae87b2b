import type { DatabaseSync } from "node:sqlite";

/** SQLite stores its own version here (file format, section 1.3.15); a fixed one keeps the bytes the same. */
const libraryVersion = { offset: 96, value: 3_040_001 };

/** The file of a database. What was made by the same statements is the same file, whichever version of SQLite made it. */
export function serializeDatabase(database: DatabaseSync): Uint8Array {
  const file = Buffer.from(database.serialize());
  file.writeUInt32BE(libraryVersion.value, libraryVersion.offset);
  return file;
}
