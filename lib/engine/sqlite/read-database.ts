import { constants, DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { EngineError } from "../oci/errors.ts";

/** Text in a column: no name, version or description comes near this length. */
export const columnText = z.string().max(4096);

export interface DatabaseBounds {
  /** What a person calls the file. */
  readonly file: string;
  /** Of the file. */
  readonly maxBytes: number;
  /** Of a table. */
  readonly maxRows: number;
}

/** Reads the tables of a database that somebody else has made. */
export interface TableReader {
  /**
   * All rows of a table, in no certain order.
   *
   * @param table without a quotation mark
   * @param row its fields are the columns that are read
   * @throws EngineError `bundle-document-invalid` with `field` when there is no such table, or a row is otherwise
   */
  list<Row extends z.ZodRawShape>(table: string, row: z.ZodObject<Row>): z.output<z.ZodObject<Row>>[];
}

/** Where the header says how it is to be read and written (SQLite, "Database File Format", section 1.3). */
const formatVersions = { offset: 18, journal: 1, writeAheadLog: 2 };

/** Words by which the definition of a table has something computed whenever it is read or checked. */
const computing = /\b(?:as|check)\b/i;

/**
 * Reads a SQLite database whose maker is not known. It is held in memory, checked page by page before anything of it is
 * believed, and nothing but plain reading of plain tables is let through: a view, a computed column or a virtual table in
 * a file is a program that its maker wrote.
 *
 * SQLite, "Defense Against The Dark Arts".
 *
 * @param read is given the tables; what it returns must not hold on to them
 * @throws EngineError `bundle-document-invalid` when it is no database, damaged or beyond a bound
 */
export function readDatabase<Result>(
  content: Uint8Array,
  bounds: DatabaseBounds,
  read: (tables: TableReader) => Result,
): Result {
  const { file, maxBytes } = bounds;
  if (content.byteLength > maxBytes) throw refuse(file, { limit: maxBytes });
  if (content.byteLength === 0) throw refuse(file);
  const database = new DatabaseSync(":memory:", { allowExtension: false, defensive: true });
  try {
    load(database, content);
    database.setAuthorizer(allowReading);
    const tables = listTables(database, file);
    const [verdict] = database.prepare("PRAGMA quick_check(1)").all();
    if (verdict?.quick_check !== "ok") throw refuse(file);
    return read({
      list(table, row) {
        if (!tables.has(table)) throw refuse(file, { field: table });
        return listRows(database, bounds, table, row);
      },
    });
  } catch (error) {
    throw isSqliteError(error) ? refuse(file, {}, error) : error;
  } finally {
    database.close();
  }
}

function load(database: DatabaseSync, content: Uint8Array): void {
  const bytes = Buffer.from(content);
  // One whose changes went to a log beside it cannot be opened in memory; its pages are the same.
  const { offset, journal, writeAheadLog } = formatVersions;
  if (bytes[offset] === writeAheadLog) bytes.fill(journal, offset, offset + 2);
  database.deserialize(bytes);
}

function allowReading(action: number, name: string | null): number {
  const isReading = action === constants.SQLITE_SELECT || action === constants.SQLITE_READ;
  const isCheck = action === constants.SQLITE_PRAGMA && name === "quick_check";
  return isReading || isCheck ? constants.SQLITE_OK : constants.SQLITE_DENY;
}

/** The tables that are no more than their rows. @throws EngineError for any that is more */
function listTables(database: DatabaseSync, file: string): ReadonlySet<string> {
  const tables = new Set<string>();
  const found = database.prepare(
    `SELECT "name", "rootpage", "sql" FROM "sqlite_schema" WHERE "type" = 'table'`,
  );
  for (const { name, rootpage, sql } of found.iterate()) {
    // A virtual table has no page of its own.
    if (typeof name !== "string" || typeof sql !== "string" || !rootpage || computing.test(sql)) {
      throw refuse(file, { field: "sqlite_schema" });
    }
    tables.add(name);
  }
  return tables;
}

function listRows<Row extends z.ZodRawShape>(
  database: DatabaseSync,
  { file, maxRows }: DatabaseBounds,
  table: string,
  row: z.ZodObject<Row>,
): z.output<z.ZodObject<Row>>[] {
  const columns = Object.keys(row.shape).map((column) => `"${column}"`);
  const rows: z.output<z.ZodObject<Row>>[] = [];
  for (const found of database.prepare(`SELECT ${columns.join(", ")} FROM "${table}"`).iterate()) {
    if (rows.length === maxRows) throw refuse(file, { field: table, limit: maxRows });
    const parsed = row.safeParse(found);
    if (!parsed.success) {
      const [column = ""] = parsed.error.issues[0]?.path ?? [];
      throw refuse(file, { field: `${table}.${String(column)}` }, parsed.error);
    }
    rows.push(parsed.data);
  }
  return rows;
}

function isSqliteError(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_SQLITE_ERROR";
}

function refuse(file: string, facts: { field?: string; limit?: number } = {}, cause?: unknown): EngineError {
  return new EngineError(
    "bundle-document-invalid",
    { operation: "read-file", file, retryable: false, ...facts },
    cause,
  );
}
