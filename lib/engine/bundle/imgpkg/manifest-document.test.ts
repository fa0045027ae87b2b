import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { digestBytes } from "../../oci/digest.ts";
import { EngineError } from "../../oci/errors.ts";
import {
  formatManifestDocument,
  parseManifestDocument,
  type ImageRecord,
  type IndexRecord,
  type TarRecord,
} from "./manifest-document.ts";

const parse = (document: unknown) =>
  parseManifestDocument(
    Buffer.from(typeof document === "string" ? document : JSON.stringify(document)),
    "app-v1.tar",
  );
const names = { Refs: ["r.example/a@x"], Tag: "v1", OrigRef: "", Labels: null };
const imageOf = (raw: string, config = "{}"): ImageRecord => ({
  ...names,
  Layers: null,
  Config: { Digest: digestBytes(config), Raw: config },
  Manifest: { MediaType: "m", Digest: digestBytes(raw), Raw: raw },
});
const indexOf = (raw: string, parts: Partial<IndexRecord> = {}): IndexRecord => ({
  ...names,
  Images: null,
  Indexes: null,
  MediaType: "i",
  Digest: digestBytes(raw),
  Raw: raw,
  ...parts,
});
const record = (image: ImageRecord): TarRecord => ({ ImageIndex: null, Image: image });

function refusalOf(document: unknown): EngineError {
  try {
    parse(document);
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error("was taken");
}

describe("writing", () => {
  test("escapes as Go does, and so nothing else", () => {
    const text = formatManifestDocument([record(imageOf('<a href="x">&\u2028\u2029\u007fü😀\n\t</a>'))]);
    expect(text).toContain(
      String.raw`"Raw":"\u003ca href=\"x\"\u003e\u0026\u2028\u2029` +
        "\u007fü😀" +
        String.raw`\n\t\u003c/a\u003e"`,
    );
  });

  test("sorts by digest, whatever the order, and an index by its own", () => {
    const records = [record(imageOf("a")), record(imageOf("b")), { ImageIndex: indexOf("c"), Image: null }];
    const text = formatManifestDocument(records);
    expect(formatManifestDocument([...records].reverse())).toBe(text);
    const digests = parse(text).map(({ digest }) => digest);
    expect(digests).toEqual([...digests].sort());
    expect(new Set(digests)).toEqual(new Set(["a", "b", "c"].map((raw) => digestBytes(raw))));
  });
});

describe("reading", () => {
  test("takes what older versions leave out, and null for an empty list", () => {
    const { Refs: _refs, Tag: _tag, OrigRef: _origRef, Labels: _labels, ...bare } = imageOf("raw");
    expect(parse([{ Image: { ...bare, Refs: null } }])).toMatchObject([
      { kind: "image", digest: digestBytes("raw"), refs: [], tag: "", origRef: "", labels: {} },
    ]);
  });

  test("gives back all texts as they were written", () => {
    const text = fc.string({ unit: "binary", maxLength: 20 });
    fc.assert(
      fc.property(
        fc.array(fc.record({ raw: text, config: text, tag: text, label: text }), { maxLength: 4 }),
        (images) => {
          const records = images.map(({ raw, config, tag, label }) =>
            record({ ...imageOf(raw, config), Tag: tag, Labels: { [label]: raw } }),
          );
          const found = parse(formatManifestDocument(records));
          const sorted = records
            .map(({ Image }) => Image)
            .sort((a, b) => ((a?.Manifest.Digest ?? "") < (b?.Manifest.Digest ?? "") ? -1 : 1));
          expect(found.map(({ raw, digest }) => [raw, digest])).toEqual(
            sorted.map((image) => [image?.Manifest.Raw, image?.Manifest.Digest]),
          );
          expect(new Set(found.map(({ tag }) => tag))).toEqual(new Set(images.map(({ tag }) => tag)));
        },
      ),
    );
  });

  test.each([
    ["no JSON", "[", "manifest.json"],
    ["no list", {}, "manifest.json"],
    ["bytes that are no UTF-8", "\\ufffd", "manifest.json"],
    ["neither image nor index", [{}], "manifest.json.0.Image"],
    [
      "no digest",
      [{ Image: { ...imageOf("a"), Config: { Digest: "sha256:1", Raw: "" } } }],
      "manifest.json.0.Image.Config.Digest",
    ],
    [
      "a digest of another algorithm",
      [{ Image: { ...imageOf("a"), Config: { Digest: digestBytes("", "sha512"), Raw: "" } } }],
      "manifest.json.0.Image.Config.Digest",
    ],
    ["no text", [{ Image: { ...imageOf("a"), Tag: 1 } }], "manifest.json.0.Image.Tag"],
    [
      "an image in an index that is none",
      [{ ImageIndex: { ...indexOf("a"), Images: [imageOf("b"), 1] } }],
      "manifest.json.0.ImageIndex.Images.1",
    ],
  ])("tells %s by its place", (_what, document, field) => {
    expect(refusalOf(document)).toMatchObject({
      code: "bundle-document-invalid",
      facts: { file: "app-v1.tar", field },
    });
  });

  test("goes so deep, and no deeper", () => {
    const nest = (depth: number): IndexRecord =>
      indexOf(`${depth}`, depth === 1 ? {} : { Indexes: [nest(depth - 1)] });
    expect(parse([{ ImageIndex: nest(8) }])).toHaveLength(1);
    expect(refusalOf([{ ImageIndex: nest(9) }]).code).toBe("bundle-document-invalid");
    const nested = `${'{"Indexes":['.repeat(100_000)}${"]}".repeat(100_000)}`;
    expect(refusalOf(`[{"ImageIndex":${nested}}]`).code).toBe("bundle-document-invalid");
  });

  test("takes so many records, and no more", () => {
    const image = imageOf("a");
    const images = Array.from({ length: 4_000 }, () => image);
    const index = { ImageIndex: indexOf("i", { Images: images }) };
    expect(refusalOf(Array.from({ length: 5 }, () => index))).toMatchObject({
      code: "bundle-document-invalid",
      facts: { field: "manifest.json.4.ImageIndex.Images.3995" },
    });
  });

  test("answers anything with an EngineError or a list", () => {
    const valid = Buffer.from(
      formatManifestDocument([record(imageOf("a")), { ImageIndex: indexOf("b"), Image: null }]),
    );
    const attempt = (content: Uint8Array) => {
      try {
        parseManifestDocument(content, "x.tar");
      } catch (error) {
        expect(error).toBeInstanceOf(EngineError);
      }
    };
    fc.assert(
      fc.property(fc.json(), (json) => {
        attempt(Buffer.from(json));
      }),
      { numRuns: 30 },
    );
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 8 }),
        fc.nat(valid.byteLength - 1),
        (bytes, at) => {
          const changed = Buffer.from(valid);
          Buffer.from(bytes).copy(changed, at);
          attempt(changed);
        },
      ),
    );
  });
});
