import fc from "fast-check";
import { expect, test } from "vitest";
import { EngineError } from "#lib/engine/oci/errors.ts";
import { parseRepository, joinRepository } from "#lib/engine/oci/reference.ts";
import { parseBom as parse } from "./bom.ts";
import type { YamlValue } from "./read-yaml.ts";

const origin = {
  registry: "reg.example",
  repository: "tkg/tkg-bom",
  reference: "v1",
  file: "tkg-bom-v1.yaml",
};

const base = parseRepository("tkg");
const parseBom = (document: YamlValue) => parse(document, origin, (path) => joinRepository(base, path));

test("lists images by component, in the order of the document", () => {
  const images = { one: { imagePath: "a/b/c", tag: "v1" }, two: { imagePath: "d", tag: "3.10", more: "x" } };
  const bom = parseBom({
    components: { app: [{ version: "v1", images }, null, { images: null }, { version: "v2" }], none: null },
  });
  expect(bom.images).toEqual([
    { path: "a/b/c", tag: "v1", component: "app" },
    { path: "d", tag: "3.10", component: "app" },
  ]);
  expect(bom.problems).toEqual([]);
  expect(bom).toMatchObject({ tkrBomPath: "tkr-bom", tkrCompatibilityPath: "tkr-compatibility" });
});

test("is no bill of materials when hardly anything in it is an image", () => {
  const images = Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`i${at}`, "x"]));
  expect(() => parseBom({ components: { app: [{ images }] } })).toThrow(
    expect.objectContaining({ code: "release-document-invalid" }),
  );
});

test("shortens what it tells of an entry", () => {
  const image = { imagePath: "x".repeat(5_000), tag: "v1" };
  const { problems } = parseBom({ components: { app: [{ images: { image } }] } });
  expect(problems[0]?.facts).toMatchObject({ ...origin, problem: "too-long" });
  expect(problems[0]?.facts.value?.length).toBeLessThan(250);
});

test("tells of a path that fits a repository and not below the base", () => {
  const image = { imagePath: "x".repeat(254), tag: "v1" };
  const { images, problems } = parseBom({ components: { app: [{ images: { image } }] } });
  expect(images).toEqual([]);
  expect(problems[0]?.facts.problem).toBe("too-long");
});

test("finds every sound image, tells every other entry, and fails with an engine error if at all", () => {
  const junk = fc.letrec<{ value: YamlValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom("a", "A", "../b", "v1", "", null),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom("imagePath", "tag", "images", "version", "__proto__"), tie("value")),
    ),
  })).value;
  const sound = fc.record({
    imagePath: fc.stringMatching(/^[a-z]{1,5}(?:\/[a-z]{1,5}){0,3}$/),
    tag: fc.stringMatching(/^v\d{1,3}$/),
  });
  const images = fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), fc.oneof(sound, junk), { maxKeys: 6 });
  const components = fc.dictionary(fc.string(), fc.oneof(fc.array(fc.record({ images })), junk));
  fc.assert(
    fc.property(components, (value) => {
      try {
        const bom = parseBom({ components: value });
        for (const image of bom.images) expect(Object.keys(value)).toContain(image.component);
        expect(bom.problems.every(({ code }) => code === "release-entry-invalid")).toBe(true);
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
      }
    }),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), sound, { minKeys: 1 }), (all) => {
      const bom = parseBom({ components: { app: [{ images: all }] } });
      expect(bom.images.map(({ path, tag }) => ({ imagePath: path, tag }))).toEqual(Object.values(all));
    }),
  );
});
