import { Readable } from "node:stream";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { pack, type Header } from "tar-stream";
import { describe, expect, test } from "vitest";
import { BlobProof } from "../oci/blob-proof.ts";
import { digestBytes } from "../oci/digest.ts";
import { findLayerFile } from "./layer-file.ts";

const path = ".imgpkg/images.yml";
const limits = { maxFileBytes: 1_000, maxLayerBytes: 100_000 };

async function tar(
  entries: readonly { header: Partial<Header> & Pick<Header, "name">; content?: string }[],
): Promise<Buffer> {
  const archive = pack();
  for (const { header, content } of entries) archive.entry(header, content ?? "");
  archive.finalize();
  return Buffer.concat(await Readable.from(archive).toArray());
}

async function* inPieces(content: Uint8Array, size: number) {
  await Promise.resolve();
  for (let start = 0; start < content.byteLength; start += size) yield content.subarray(start, start + size);
}

const bundle = await tar([
  { header: { name: "big.bin" }, content: "x".repeat(50_000) },
  { header: { name: "./.imgpkg/", type: "directory" } },
  { header: { name: `./${path}` }, content: "kind: ImagesLock\n" },
  { header: { name: "config.yml" }, content: "after" },
]);

describe("a file of a layer", () => {
  test.each([
    ["plain", bundle],
    ["gzip", gzipSync(bundle)],
    ["zstd", zstdCompressSync(bundle)],
  ])("is found in %s, however it is cut", async (_packing, layer) => {
    for (const size of [1, 3, 511, 100_000]) {
      const finding = await findLayerFile(inPieces(layer, size), path, limits);
      expect(finding).toEqual({ kind: "file", content: Buffer.from("kind: ImagesLock\n") });
    }
  });

  test("is not told of where there is nothing", async () => {
    expect(await findLayerFile(inPieces(await tar([]), 512), path, limits)).toEqual({
      kind: "unsaid",
      folder: "",
    });
  });

  test.each([
    ["a link", { name: path, type: "symlink", linkname: "/etc/passwd" }, "symbolic-link", "etc/passwd"],
    [
      "a link above it",
      { name: ".imgpkg", type: "symlink", linkname: "a/b" },
      "symbolic-link",
      "a/b/images.yml",
    ],
    ["a hard link", { name: `/${path}`, type: "link", linkname: "./other.yml" }, "hard-link", "other.yml"],
  ] as const)("is elsewhere by %s", async (_what, header, kind, at) => {
    const layer = await tar([{ header }]);
    expect(await findLayerFile(inPieces(layer, 512), path, limits)).toMatchObject({ kind, path: at });
  });

  test("is refused when it is larger than it may be, however much of the layer is still to come", async () => {
    const layer = await tar([{ header: { name: path }, content: "x".repeat(600_000) }]);
    for (const size of [512, 65_536, layer.byteLength]) {
      const finding = findLayerFile(inPieces(layer, size), path, { ...limits, maxLayerBytes: 1_000_000 });
      await expect(finding).rejects.toMatchObject({ code: "bundle-invalid", facts: { value: path } });
    }
  });

  test("is believed only when the whole layer is proven", async () => {
    const layer = gzipSync(bundle);
    const wrong = new BlobProof({
      mediaType: "application/octet-stream",
      digest: digestBytes("other"),
      sizeBytes: layer.byteLength,
    }).verify(inPieces(layer, 512), 0);
    await expect(findLayerFile(wrong, path, limits)).rejects.toMatchObject({ code: "digest-mismatch" });
  });

  test.each([
    ["a file beyond the limit", () => bundle, { ...limits, maxFileBytes: 3 }],
    ["a layer beyond the limit", () => gzipSync(bundle), { ...limits, maxLayerBytes: 10_000 }],
    ["broken packing", () => gzipSync(bundle).subarray(0, 90), limits],
    ["no archive", () => Buffer.alloc(2_000, "no archive"), limits],
  ])("is refused in %s", async (_what, layer, bounds) => {
    await expect(findLayerFile(inPieces(layer(), 512), path, bounds)).rejects.toMatchObject({
      code: "bundle-invalid",
    });
  });
});
