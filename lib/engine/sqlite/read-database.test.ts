import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { EngineError } from "../oci/errors.ts";
import { columnText, readDatabase, type DatabaseBounds } from "./read-database.ts";
import { serializeDatabase } from "./serialize-database.ts";

const bounds: DatabaseBounds = { file: "things.db", maxBytes: 1024 * 1024, maxRows: 5 };
const row = z.object({ Name: columnText, Size: z.int() });

function build(...statements: string[]): Buffer {
  const database = new DatabaseSync(":memory:");
  for (const statement of statements) database.exec(statement);
  const bytes = Buffer.from(database.serialize());
  database.close();
  return bytes;
}

const things = `CREATE TABLE "Things" ("Name" TEXT NOT NULL, "Size" INTEGER NOT NULL, PRIMARY KEY ("Name"))`;

const list = (content: Uint8Array, options = bounds) =>
  readDatabase(content, options, (tables) => tables.list("Things", row));

function refusal(content: Uint8Array, options = bounds) {
  try {
    list(content, options);
  } catch (error) {
    if (error instanceof EngineError) return { code: error.code, ...error.facts };
    throw error;
  }
  throw new Error("it was read");
}

describe("a database of another's making", () => {
  test("is read table by table, with the columns that are asked for", () => {
    const content = build(things, `INSERT INTO "Things" VALUES ('a', 1), ('b', 2)`);
    expect(list(content)).toEqual([
      { Name: "a", Size: 1 },
      { Name: "b", Size: 2 },
    ]);
  });

  test("is read when its changes went to a log beside it", () => {
    const content = build(things, `INSERT INTO "Things" VALUES ('a', 1)`);
    content.fill(2, 18, 20);
    expect(list(content)).toHaveLength(1);
    expect(content[18]).toBe(2);
  });

  test.each([
    ["nothing", Buffer.alloc(0), {}],
    ["something else", Buffer.from("no database at all, however long it is"), {}],
    ["a database without the table", build(`CREATE TABLE "Other" ("Name" TEXT)`), { field: "Things" }],
    [
      "a row with another kind of value",
      build(`CREATE TABLE "Things" ("Name", "Size")`, `INSERT INTO "Things" VALUES (x'00', 1)`),
      { field: "Things.Name" },
    ],
    [
      "a text beyond all reason",
      build(things, `INSERT INTO "Things" VALUES ('${"a".repeat(5000)}', 1)`),
      { field: "Things.Name" },
    ],
    [
      "more rows than there may be",
      build(
        things,
        ...["a", "b", "c", "d", "e", "f"].map((name) => `INSERT INTO "Things" VALUES ('${name}', 1)`),
      ),
      { field: "Things", limit: 5 },
    ],
  ])("is refused when it is %s", (_what, content, facts) => {
    expect(refusal(content)).toMatchObject({ code: "bundle-document-invalid", file: "things.db", ...facts });
  });

  test("is refused when a column is missing", () => {
    expect(refusal(build(`CREATE TABLE "Things" ("Name" TEXT)`)).code).toBe("bundle-document-invalid");
  });

  test("is refused when the file is larger than it may be", () => {
    const content = build(things);
    expect(refusal(content, { ...bounds, maxBytes: content.byteLength - 1 })).toMatchObject({
      limit: content.byteLength - 1,
    });
  });

  // Each is a program, and the first would never end.
  test.each([
    [
      "a view",
      "Things",
      `CREATE VIEW "Things" AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT 'a' AS "Name", x AS "Size" FROM n WHERE x < 0`,
    ],
    ["a virtual table", "sqlite_schema", `CREATE VIRTUAL TABLE "Things" USING fts5("Name", "Size")`],
    [
      "a table with a computed column",
      "sqlite_schema",
      `CREATE TABLE "Things" ("Name" TEXT, "Size" INTEGER AS/**/(length(hex(zeroblob(1000)))) VIRTUAL)`,
    ],
    [
      "a table with a computed check",
      "sqlite_schema",
      `CREATE TABLE "Things" ("Name" TEXT CHECK (length(hex(zeroblob(1000))) > 0), "Size" INTEGER)`,
    ],
  ])("is refused when the table is %s", (_what, field, statement) => {
    expect(refusal(build(statement))).toMatchObject({ code: "bundle-document-invalid", field });
  });

  test("with any byte changed is read or refused, and nothing else", () => {
    const names = ["a", "b", "c"].map((name) => `INSERT INTO "Things" VALUES ('${name}', 1)`);
    const content = build(things, ...names);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(content.byteLength - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        fc.option(fc.nat(content.byteLength)),
        (changes, length) => {
          const damaged = Buffer.from(content);
          for (const [at, value] of changes) damaged[at] = value;
          try {
            list(damaged.subarray(0, length ?? damaged.byteLength));
          } catch (error) {
            expect(error).toBeInstanceOf(EngineError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

test("the same statements make the same file, and it says nothing of who made it", () => {
  const make = () => {
    const database = new DatabaseSync(":memory:");
    database.exec(things);
    const file = serializeDatabase(database);
    database.close();
    return file;
  };
  const file = make();
  expect(make()).toEqual(file);
  expect(Buffer.from(file).readUInt32BE(96)).toBe(3_040_001);
  expect(list(file)).toEqual([]);
});
