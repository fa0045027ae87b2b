import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { digestBytes } from "../../oci/digest.ts";
import { EngineError } from "../../oci/errors.ts";
import { parseRepository, parseTag } from "../../oci/reference.ts";
import { formatDocument, parseDocument, type BundleDocument } from "./bundle-document.ts";

const digest = digestBytes("image");
const layer = digestBytes("layer");
const repository = parseRepository("tkg/app");
const hex = (letter: string, digits: number) => letter.repeat(digits);

const whole: Omit<BundleDocument, "format" | "version"> = {
  id: digestBytes("bundle"),
  name: "sample",
  createdAt: "2026-01-02T03:04:05.000Z",
  tool: "drayage 1",
  base: { id: digestBytes("base"), name: "earlier", createdAt: "2026-01-01T00:00:00Z" },
  scope: { platforms: ["linux/amd64"], referrers: true, foreignLayers: false },
  images: [
    {
      original: "vendor.example/tkg/app:v1",
      source: "mirror.example/tkg/app:v1",
      repository,
      tag: parseTag("v1"),
      digest,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      kind: "image",
      platforms: ["linux/amd64"],
      sizeBytes: 10,
    },
  ],
  tags: [{ repository, tag: parseTag("v1"), digest }],
  referrers: [
    {
      repository,
      subject: digest,
      manifests: [{ mediaType: "x/y", digest: layer, sizeBytes: 1, annotations: { a: "b" } }],
    },
  ],
  blobs: [
    { digest, sizeBytes: 10, mediaType: "application/vnd.oci.image.manifest.v1+json", repository, volume: 1 },
    {
      digest: layer,
      sizeBytes: 30,
      repository,
      parts: [
        { volume: 1, sizeBytes: 20, sha256: hex("a", 64) },
        { volume: 2, sizeBytes: 10, sha256: hex("b", 64) },
      ],
    },
    { digest: digestBytes("earlier"), sizeBytes: 5, repository, inBase: true },
  ],
  releases: [
    {
      kind: "tkg",
      name: "TKG",
      version: "v2.1.1",
      document: "a: b\n# 한글\r\n",
      components: [
        {
          kind: "bundle",
          enabled: false,
          original: "vendor.example/x:v1",
          targetPath: repository,
          platforms: [],
        },
      ],
    },
  ],
  files: [
    {
      name: "tanzu-cli.tar.gz",
      sizeBytes: 3,
      sha1: hex("1", 40),
      sha256: hex("2", 64),
      md5: hex("3", 32),
      volume: 2,
    },
  ],
  volumes: [
    { file: "sample-001.tar", sizeBytes: 100, sha256: hex("c", 64) },
    { file: "sample-002.tar", sizeBytes: 100, sha256: hex("d", 64) },
  ],
};

const parse = (text: string | Uint8Array) => parseDocument(Buffer.from(text), "bundle.json");
const sound = parse(formatDocument(whole));

/** The error of a document in which one thing is otherwise. */
function refusal(change: object): EngineError {
  try {
    parse(JSON.stringify({ ...sound, ...change }));
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error("it was not refused");
}

describe("bundle.json", () => {
  test("says what was written into it, byte for byte", () => {
    expect(sound).toEqual({ format: "drayage-bundle", version: 1, ...whole });
    expect(formatDocument(whole)).toBe(formatDocument(sound));
  });

  test("takes annotations as long as a manifest may have them", () => {
    const annotations = { "dev.sigstore.bundle": "x".repeat(100_000) };
    const [listed] = sound.referrers;
    const manifests = listed?.manifests.map((each) => ({ ...each, annotations }));
    const document = { ...sound, referrers: [{ ...listed, manifests }] };
    expect(parse(JSON.stringify(document))).toEqual(document);
  });

  const [image, blob, cut, inBase] = [whole.images[0], ...whole.blobs];
  const [file] = whole.files;
  test.each<[string, object]>([
    ["format", { format: "another" }],
    ["version", { version: 2 }],
    ["id", { id: "sha256:short" }],
    ["name", { name: "" }],
    ["createdAt", { createdAt: "yesterday" }],
    ["scope.platforms.0", { scope: { ...whole.scope, platforms: ["everything"] } }],
    ["images.0.repository", { images: [{ ...image, repository: "../etc" }] }],
    ["images.0.repository", { images: [{ ...image, repository: "UPPER" }] }],
    ["images.0.tag", { images: [{ ...image, tag: "a b" }] }],
    ["images.0.digest", { images: [{ ...image, digest: "md5:1" }] }],
    ["images.0.sizeBytes", { images: [{ ...image, sizeBytes: -1 }] }],
    ["images.0.sizeBytes", { images: [{ ...image, sizeBytes: 1e300 }] }],
    ["images.0.kind", { images: [{ ...image, kind: "other" }] }],
    ["images.0.original", { images: [{ ...image, original: "x".repeat(5000) }] }],
    ["volumes.0.file", { volumes: [{ ...whole.volumes[0], file: "../x.tar" }] }],
    ["volumes.0.file", { volumes: [{ ...whole.volumes[0], file: "/etc/passwd" }] }],
    ["volumes.0.file", { volumes: [{ ...whole.volumes[0], file: ".hidden" }] }],
    ["volumes.0.file", { volumes: [{ ...whole.volumes[0], file: "a/b" }] }],
    ["volumes.0.file", { volumes: [{ ...whole.volumes[0], file: "" }] }],
    ["volumes.0.sha256", { volumes: [{ ...whole.volumes[0], sha256: hex("g", 64) }] }],
    ["files.0.name", { files: [{ ...file, name: "a\\b" }] }],
    // What has no place, several, or one that is not there.
    ["blobs.0", { blobs: [{ ...blob, volume: undefined }] }],
    ["blobs.0", { blobs: [{ ...blob, inBase: true }] }],
    ["blobs.0", { blobs: [{ ...blob, volume: 3 }] }],
    ["blobs.0.volume", { blobs: [{ ...blob, volume: 0 }] }],
    ["blobs.0", { blobs: [{ ...cut, sizeBytes: 31 }] }],
    ["blobs.0", { blobs: [{ ...cut, volume: 1 }] }],
    ["blobs.1", { blobs: [blob, blob] }],
    ["files.0", { files: [{ ...file, volume: 9 }] }],
    ["files.1", { files: [file, file] }],
    ["volumes", { volumes: [whole.volumes[0], whole.volumes[0]] }],
    ["base", { base: undefined }],
    ["base", { base: undefined, blobs: [], images: [{ ...image, inBase: true }] }],
    ["base", { base: undefined, blobs: [inBase] }],
  ])("is refused, naming %s: %j", (field, change) => {
    const { code, facts } = refusal(change);
    expect({ code, ...facts }).toMatchObject({ code: "bundle-document-invalid", file: "bundle.json", field });
  });

  test.each(["", "{", "null", "[]", '"text"', "{}", Buffer.from([0xff, 0xfe, 0x7b])])(
    "is refused when it is no such document: %j",
    (content) => {
      expect(() => parse(content)).toThrow(expect.objectContaining({ code: "bundle-document-invalid" }));
    },
  );

  test("of any JSON is read or refused", () => {
    const fields = Object.keys(sound);
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.jsonValue(), (field, value) => {
        try {
          parse(JSON.stringify({ ...sound, [field]: value }));
        } catch (error) {
          if (!(error instanceof EngineError)) throw error;
          expect(error.code).toBe("bundle-document-invalid");
        }
      }),
    );
  });
});
