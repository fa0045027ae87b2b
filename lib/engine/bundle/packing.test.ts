import { gzipSync, zstdCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { findPacking } from "./packing.ts";
import { fromBytes } from "./random-access.ts";

const packingOf = (content: Uint8Array) => findPacking(fromBytes(content, { name: "layer", start: 0 }));

test("packed content is told by its first bytes, however short it is", async () => {
  expect(await packingOf(gzipSync("layer"))).toBe("gzip");
  expect(await packingOf(zstdCompressSync("layer"))).toBe("zstd");
  expect(await packingOf(Buffer.from("1f8b", "hex"))).toBe("gzip");
  for (const plain of ["", "1f", "28b52f", "00000000", "28b52ffe"]) {
    expect(await packingOf(Buffer.from(plain, "hex")), plain).toBeNull();
  }
});
