import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checksumAlgorithms, checksumNames } from "./checksums.ts";
import { compareChecksums, concludeComparison } from "./compare-checksums.ts";
import { computeChecksums } from "./compute-checksums.ts";
import { parseChecksums } from "./parse-checksums.ts";

const hello = {
  sha256: "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
  sha1: "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d",
  md5: "5d41402abc4b2a76b9719d911017c592",
  sizeBytes: 5,
};
const other = { sha256: "f".repeat(64), sha1: "f".repeat(40), md5: "f".repeat(32) };

/** The verdict of each line, and what they come to. */
function compare(text: string, fileName?: string) {
  const compared = compareChecksums(hello, parseChecksums(text).checksums, fileName);
  return [compared.map(({ verdict }) => verdict).join(), concludeComparison(compared)];
}

async function* chunksOf(bytes: Uint8Array, sizeBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += sizeBytes) {
    yield await Promise.resolve(bytes.subarray(at, at + sizeBytes));
  }
}

describe("computeChecksums", () => {
  it("has the known values of a word and of nothing", async () => {
    expect(await computeChecksums(chunksOf(Buffer.from("hello"), 2))).toEqual(hello);
    expect(await computeChecksums(chunksOf(Buffer.alloc(0), 1))).toEqual({
      sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      sha1: "da39a3ee5e6b4b0d3255bfef95601890afd80709",
      md5: "d41d8cd98f00b204e9800998ecf8427e",
      sizeBytes: 0,
    });
  });

  it("does not depend on where the stream is cut", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.integer({ min: 1, max: 300 }),
        async (bytes, cut) => {
          expect(await computeChecksums(chunksOf(bytes, cut))).toEqual(
            await computeChecksums(chunksOf(bytes, 1)),
          );
        },
      ),
    );
  });
});

describe("compareChecksums", () => {
  it("matches any algorithm, and lets one that does not match outweigh the rest", () => {
    expect(compare(hello.sha256.toUpperCase())).toEqual(["match", "match"]);
    expect(compare(`SHA1: ${hello.sha1}\nMD5: ${hello.md5}`)).toEqual(["match,match", "match"]);
    expect(compare(`SHA1: ${other.sha1}\nMD5: ${hello.md5}`)).toEqual(["mismatch,match", "mismatch"]);
    expect(compare("")).toEqual(["", "nothing"]);
  });

  it("leaves other files' values aside", () => {
    const list = `${other.sha256}  first.ova\n${hello.sha256}  dir/hello.ova\n`;
    expect(compare(list, "/downloads/HELLO.ova")).toEqual(["other-file,match", "match"]);
    expect(compare(list, "first.ova")).toEqual(["mismatch,match", "mismatch"]);
    expect(compare(`${other.sha256}  first.ova`, "hello.ova")).toEqual(["other-file", "nothing"]);
    expect(compare(`${other.sha256}  first.ova`)).toEqual(["other-file", "nothing"]);
    expect(compare(`${hello.sha256}  hello.ova`, "hello (1).ova")).toEqual(["match", "match"]);
    expect(compare(`${other.md5}  한글.ova`.normalize("NFC"), "한글.ova".normalize("NFD"))).toEqual([
      "mismatch",
      "mismatch",
    ]);
  });

  it("wants one of several values without a name to match", () => {
    expect(compare(`${other.sha256}\n${hello.sha256}`)).toEqual(["other-file,match", "match"]);
    expect(compare(`${other.sha256}\n${"e".repeat(64)}`)).toEqual(["mismatch,mismatch", "mismatch"]);
    expect(compare(`${other.sha256}\n${other.md5}\n${hello.md5}`)).toEqual([
      "mismatch,other-file,match",
      "mismatch",
    ]);
  });

  it("matches its own values, and not with one digit changed", () => {
    const changed = fc.record({
      algorithm: fc.constantFrom(...checksumAlgorithms),
      at: fc.nat({ max: 31 }),
      digit: fc.constantFrom(..."0123456789abcdef"),
    });
    fc.assert(
      fc.property(changed, ({ algorithm, at, digit }) => {
        const published = (hex: string) => `${checksumNames[algorithm]}: ${hex}`;
        const hex = hello[algorithm];
        expect(compare(published(hex))).toEqual(["match", "match"]);
        const wrong = hex.slice(0, at) + digit + hex.slice(at + 1);
        if (wrong !== hex) expect(compare(published(wrong))).toEqual(["mismatch", "mismatch"]);
      }),
    );
  });
});
