import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { digestBytes } from "./digest.ts";
import { EngineError } from "./errors.ts";
import { maxManifestBytes } from "./manifest-limit.ts";
import { inferMediaType, parseConfigLabels, parseManifest } from "./manifests.ts";
import { dockerImageManifest, dockerManifestList, ociImageIndex, ociImageManifest } from "./media-types.ts";

const encode = (document: unknown) => Buffer.from(JSON.stringify(document));
const blob = fc.record({
  mediaType: fc.constantFrom("application/vnd.oci.image.layer.v1.tar+gzip", "application/octet-stream"),
  digest: fc.string().map((text) => digestBytes(text)),
  size: fc.nat(),
});
const refusal = (code: string) => expect.objectContaining({ code }) as EngineError;

describe("manifests", () => {
  test("of images give their blobs in order", () => {
    fc.assert(
      fc.property(
        blob,
        fc.array(blob),
        fc.constantFrom(ociImageManifest, dockerImageManifest),
        (config, layers, mediaType) => {
          const raw = encode({ schemaVersion: 2, mediaType, config, layers, annotations: { any: "thing" } });
          const parsed = parseManifest(raw, inferMediaType(raw, "application/json"));
          expect(parsed).toEqual({
            kind: "image",
            mediaType,
            config: { mediaType: config.mediaType, digest: config.digest, sizeBytes: config.size },
            layers: layers.map(({ size, ...rest }) => ({ ...rest, sizeBytes: size })),
          });
        },
      ),
    );
  });

  test("of indexes give their images with platforms", () => {
    const child = { mediaType: ociImageManifest, digest: digestBytes("child"), size: 7 };
    const platform = { os: "windows", architecture: "amd64", "os.version": "10.0.17763.1" };
    const raw = encode({ schemaVersion: 2, manifests: [{ ...child, platform }, child] });
    expect(inferMediaType(raw, "")).toBe(ociImageIndex);
    expect(parseManifest(raw, dockerManifestList)).toEqual({
      kind: "index",
      mediaType: dockerManifestList,
      manifests: [
        {
          mediaType: ociImageManifest,
          digest: child.digest,
          sizeBytes: 7,
          platform: { os: "windows", architecture: "amd64", osVersion: "10.0.17763.1" },
        },
        { mediaType: ociImageManifest, digest: child.digest, sizeBytes: 7 },
      ],
    });
  });

  test("of indexes give all their images in order, whatever else they say", () => {
    const child = fc.record({
      mediaType: fc.constantFrom(ociImageManifest, dockerImageManifest),
      digest: fc.string().map((text) => digestBytes(text, "sha512")),
      size: fc.nat(),
      "x-unknown": fc.json(),
    });
    fc.assert(
      fc.property(
        fc.array(child),
        fc.constantFrom(ociImageIndex, dockerManifestList),
        (manifests, mediaType) => {
          const raw = encode({ schemaVersion: 2, mediaType, manifests, "x-more": manifests });
          expect(parseManifest(raw, inferMediaType(raw, ""))).toEqual({
            kind: "index",
            mediaType,
            manifests: manifests.map(({ mediaType: type, digest, size }) => ({
              mediaType: type,
              digest,
              sizeBytes: size,
            })),
          });
        },
      ),
    );
  });

  test("may have null for no layers and no images", () => {
    const config = { mediaType: "application/vnd.oci.empty.v1+json", digest: digestBytes("{}"), size: 2 };
    expect(parseManifest(encode({ config, layers: null }), ociImageManifest)).toMatchObject({ layers: [] });
    expect(parseManifest(encode({ manifests: null }), ociImageIndex)).toMatchObject({ manifests: [] });
  });

  test.each([
    ["no JSON", Buffer.from("<html>"), "manifest-invalid"],
    ["no object", encode([]), "manifest-invalid"],
    ["no configuration", encode({ layers: [] }), "manifest-invalid"],
    [
      "a digest that is none",
      encode({ config: { mediaType: "a", digest: "sha256:x", size: 1 } }),
      "manifest-invalid",
    ],
    [
      "a negative size",
      encode({ config: { mediaType: "a", digest: digestBytes(""), size: -1 } }),
      "manifest-invalid",
    ],
    [
      "image and index at once",
      encode({ config: { mediaType: "a", digest: digestBytes(""), size: 1 }, layers: [], manifests: [] }),
      "manifest-invalid",
    ],
    [
      "another media type inside than outside",
      encode({ mediaType: ociImageIndex, config: { mediaType: "a", digest: digestBytes(""), size: 1 } }),
      "manifest-invalid",
    ],
    ["too many bytes", Buffer.alloc(maxManifestBytes + 1, " "), "manifest-too-large"],
  ])("with %s are refused", (_what, raw, code) => {
    expect(() => parseManifest(raw, ociImageManifest)).toThrow(refusal(code));
  });

  test("of schema 1 and unknown kinds are unsupported", () => {
    expect(() => inferMediaType(encode({ schemaVersion: 1, fsLayers: [] }), "")).toThrow(
      refusal("manifest-unsupported"),
    );
    expect(() => parseManifest(encode({}), "application/vnd.example")).toThrow(
      refusal("manifest-unsupported"),
    );
  });

  test("any bytes are parsed or refused by an engine error", () => {
    const anything = fc.oneof(
      fc.uint8Array(),
      fc.json().map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(anything, (raw) => {
        try {
          parseManifest(raw, inferMediaType(raw, ""));
        } catch (error) {
          expect(error).toBeInstanceOf(EngineError);
        }
      }),
    );
  });
});

test("labels are read where there are any", () => {
  expect(parseConfigLabels(encode({ config: { Labels: { "dev.carvel.imgpkg.bundle": "true" } } }))).toEqual({
    "dev.carvel.imgpkg.bundle": "true",
  });
  for (const document of [{}, { config: null }, { config: { Labels: null } }, [], "text"]) {
    expect(parseConfigLabels(encode(document))).toEqual({});
  }
  expect(parseConfigLabels(Buffer.from([0xff]))).toEqual({});
});
