import fc from "fast-check";
import { expect, test } from "vitest";
import { digestBytes } from "../oci/digest.ts";
import { EngineError } from "../oci/errors.ts";
import { imageLocationsTag, imgpkgTag, parseImagesLock } from "./imgpkg.ts";

const digest = digestBytes("image");
const hex = digest.slice("sha256:".length);
const lock = (images: string) =>
  `apiVersion: imgpkg.carvel.dev/v1alpha1\nkind: ImagesLock\nimages:\n${images}`;

test("tags are those that imgpkg gives", () => {
  expect(imgpkgTag(digest)).toBe(`sha256-${hex}.imgpkg`);
  expect(imageLocationsTag(digest)).toBe(`sha256-${hex}.image-locations.imgpkg`);
});

test("lists each image once", () => {
  const text = lock(
    [
      `registry.example.com/a/b@${digest}`,
      `registry.example.com/a/b@${digest}`,
      `registry.example.com:5000/c:v1@${digest}`,
    ]
      .map((image) => `- image: ${image}\n  annotations:\n    kbld.carvel.dev/id: x\n`)
      .join(""),
  );
  expect(parseImagesLock(text)).toEqual([
    {
      registry: "registry.example.com",
      repository: "a/b",
      digest,
      image: `registry.example.com/a/b@${digest}`,
    },
    {
      registry: "registry.example.com:5000",
      repository: "c",
      tag: "v1",
      digest,
      image: `registry.example.com:5000/c:v1@${digest}`,
    },
  ]);
  expect(parseImagesLock("kind: ImagesLock\nimages: []\n")).toEqual([]);
  expect(parseImagesLock("kind: ImagesLock\n")).toEqual([]);
});

test.each([
  ["an image by tag alone", lock("- image: registry.example.com/a:v1\n")],
  ["an image without a host", lock(`- image: a/b@${digest}\n`)],
  ["another kind", "kind: BundleLock\n"],
  ["no YAML", "kind: [ImagesLock\n"],
  ["aliases", lock(`- &a\n  image: registry.example.com/a@${digest}\n- *a\n`)],
  ["nothing", ""],
])("refuses %s", (_what, text) => {
  expect(() => parseImagesLock(text)).toThrow(expect.objectContaining({ code: "bundle-invalid" }));
});

test("any text is a list or refused", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."kind: ImagesLock\n-&*[]{}'\"#|>!%@") }), (text) => {
      try {
        parseImagesLock(text);
      } catch (error) {
        expect(error).toBeInstanceOf(EngineError);
      }
    }),
  );
});

test("a lock of brackets alone is refused at once", () => {
  const startedAt = performance.now();
  expect(() => parseImagesLock("[".repeat(4 * 1024 * 1024))).toThrow(
    expect.objectContaining({ code: "bundle-invalid" }),
  );
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});
