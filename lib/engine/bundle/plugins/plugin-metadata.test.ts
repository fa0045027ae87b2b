import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { expect, test } from "vitest";
import { EngineError } from "../../oci/errors.ts";
import {
  formatPluginMetadata,
  includesPluginMetadata,
  mergePluginMetadata,
  parsePluginMetadata,
  type PluginMetadata,
} from "./plugin-metadata.ts";

// SQLite ends a text at a NUL, and what it gives back for half a surrogate pair is another character.
const text = fc
  .string({ unit: "binary", maxLength: 8 })
  .filter((value) => !value.includes("\0") && value.isWellFormed());
const few = fc.constantFrom("a", "b");
const word = fc.oneof(few, text);
const metadata: fc.Arbitrary<PluginMetadata> = fc.record({
  plugins: fc.array(fc.record({ name: word, target: few, version: few }), { maxLength: 6 }),
  groups: fc.array(fc.record({ vendor: few, publisher: few, name: word, version: few }), { maxLength: 6 }),
});

test("what is written is read, each row once", () => {
  fc.assert(
    fc.property(metadata, (written) => {
      const read = parsePluginMetadata(formatPluginMetadata(written));
      expect(read).toEqual(mergePluginMetadata(written));
      expect(includesPluginMetadata(read, written)).toBe(true);
      expect(includesPluginMetadata(written, read)).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test("merging is SQLite's INSERT OR REPLACE, in any order", () => {
  fc.assert(
    fc.property(metadata, metadata, (one, other) => {
      const merged = mergePluginMetadata(one, other);
      expect(mergePluginMetadata(other, one)).toEqual(merged);
      expect(mergePluginMetadata(merged, one, merged)).toEqual(merged);
      expect(includesPluginMetadata(merged, one) && includesPluginMetadata(merged, other)).toBe(true);
      const database = new DatabaseSync(":memory:");
      database.deserialize(formatPluginMetadata(one));
      for (const { name, target, version } of other.plugins) {
        database
          .prepare("INSERT OR REPLACE INTO AvailablePluginBinaries VALUES (?, ?, ?)")
          .run(name, target, version);
      }
      for (const { vendor, publisher, name, version } of other.groups) {
        database
          .prepare("INSERT OR REPLACE INTO AvailablePluginGroups VALUES (?, ?, ?, ?)")
          .run(vendor, publisher, name, version);
      }
      expect(parsePluginMetadata(database.serialize())).toEqual(merged);
      database.close();
    }),
    { numRuns: 50 },
  );
});

test("a row that lacks is noticed", () => {
  const one: PluginMetadata = {
    plugins: [{ name: "a", target: "global", version: "v1" }],
    groups: [{ vendor: "v", publisher: "p", name: "g", version: "v1" }],
  };
  expect(includesPluginMetadata({ ...one, plugins: [] }, one)).toBe(false);
  expect(includesPluginMetadata({ ...one, groups: [] }, one)).toBe(false);
  expect(includesPluginMetadata(one, one)).toBe(true);
});

test("a database with only one of the tables is refused", () => {
  const database = new DatabaseSync(":memory:");
  database.exec(`CREATE TABLE AvailablePluginBinaries (PluginName TEXT, Target TEXT, Version TEXT)`);
  const content = database.serialize();
  database.close();
  expect(() => parsePluginMetadata(content)).toThrow(EngineError);
});
