import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checksumAlgorithms, checksumDigits, checksumNames } from "./checksums.ts";
import { maxPublishedLength, parseChecksums } from "./parse-checksums.ts";

const sha256 = "0a".repeat(32);
const sha1 = "1b".repeat(20);
const md5 = "2c".repeat(16);

/** Algorithm, name and line of what is found. */
const found = (text: string) =>
  parseChecksums(text).checksums.map(({ algorithm, fileName, line }) => [algorithm, fileName, line]);

const hexOf = (digits: number) =>
  fc
    .uint8Array({ minLength: digits / 2, maxLength: digits / 2 })
    .map((bytes) => Buffer.from(bytes).toString("hex"));
const publishedValue = fc
  .constantFrom(...checksumAlgorithms)
  .chain((algorithm) => hexOf(checksumDigits[algorithm]).map((hex) => ({ algorithm, hex })));
const fileName = fc.stringMatching(/^[A-Za-z][A-Za-z0-9 _().+-]{0,30}[A-Za-z0-9]\.(?:ova|iso|tar\.gz)$/);

describe("parseChecksums", () => {
  it("reads the lines of sha256sum, sha1sum and md5sum", () => {
    expect(
      found(
        `${sha256}  photon.ova\n${sha1} *dir/a file.iso\r\n\\${md5}  back\\\\slash\\nname\n${md5} tanzu.tar.gz\n${md5}  -`,
      ),
    ).toEqual([
      ["sha256", "photon.ova", 1],
      ["sha1", "dir/a file.iso", 2],
      ["md5", "back\\slash\nname", 3],
      ["md5", "tanzu.tar.gz", 4],
      ["md5", null, 5],
    ]);
  });

  it("reads BSD's, openssl's, PowerShell's and certutil's lines", () => {
    expect(
      found(
        [
          `SHA256 (a (1).ova) = ${sha256}`,
          `SHA2-256(b.ova)= ${sha256}`,
          `MD5(c.ova)= ${md5.toUpperCase()}`,
          `SHA1            ${sha1.toUpperCase()}       C:\\Users\\me\\d.ova`,
          `SHA256 hash of e.ova:`,
          sha256,
          `CertUtil: -hashfile command completed successfully.`,
        ].join("\r\n"),
      ),
    ).toEqual([
      ["sha256", "a (1).ova", 1],
      ["sha256", "b.ova", 2],
      ["md5", "c.ova", 3],
      ["sha1", "C:\\Users\\me\\d.ova", 4],
      ["sha256", null, 6],
    ]);
  });

  it("reads what stands on download pages", () => {
    expect(found(`SHA1SUM: ${sha1}\nMD5SUM: ${md5}\nSHA256SUM: ${sha256}`)).toEqual([
      ["sha1", null, 1],
      ["md5", null, 2],
      ["sha256", null, 3],
    ]);
    expect(found(`  SHA-256: ${sha256.toUpperCase()}  \nSHA2\t${sha256}\nsha256:${sha256}`)).toHaveLength(3);
    expect(found(`MD5 / SHA-1 / SHA-256: ${md5} ${sha1} ${sha256}`)).toHaveLength(3);
    expect(found(`${md5} (MD5) ${sha1} (SHA-1)`)).toEqual([
      ["md5", null, 1],
      ["sha1", null, 1],
    ]);
    expect(found(`The SHA 256 checksum is ${sha256}.`)).toEqual([["sha256", null, 1]]);
    expect(found(`photon.ova\t${sha256}\nphoton.iso: MD5 ${md5}`)).toEqual([
      ["sha256", "photon.ova", 1],
      ["md5", "photon.iso", 2],
    ]);
    expect(found(`\ufeff${sha256}\u200b\n\n\u00a0${md5}`)).toEqual([
      ["sha256", null, 1],
      ["md5", null, 3],
    ]);
  });

  it("takes no path, address, file name or comment for a value", () => {
    const text = `https://example.com/${sha256}/photon.ova\n${sha1}.tar.gz\n# ${sha256}\nbuild-${md5}\nuser@${md5}`;
    expect(parseChecksums(text)).toEqual({ checksums: [], unusable: [], truncated: false });
    expect(found(`${sha256}  ${sha1}.tar.gz`)).toEqual([["sha256", `${sha1}.tar.gz`, 1]]);
    expect(found(`${sha256}  sha256-list.txt`)).toEqual([["sha256", "sha256-list.txt", 1]]);
  });

  it("says what looks like a checksum and cannot be compared", () => {
    const sha512 = "3d".repeat(64);
    const { checksums, unusable } = parseChecksums(
      [sha256.slice(1), `SHA-512: ${sha512}`, sha512, `SHA-256: ${sha1}`, `SHA3-256: ${sha256}`].join("\n"),
    );
    expect(checksums).toEqual([]);
    expect(unusable).toEqual([
      { line: 1, digits: 63, reason: "wrong-length" },
      { line: 2, digits: 128, reason: "other-algorithm" },
      { line: 3, digits: 128, reason: "other-algorithm" },
      { line: 4, digits: 40, reason: "wrong-length" },
      { line: 5, digits: 64, reason: "other-algorithm" },
    ]);
    expect(parseChecksums("order 0123456789abcdef01234567 shipped").unusable).toEqual([]);
  });

  it("finds every value in every way of writing it", () => {
    const way = fc.constantFrom<(name: string, algorithm: string, hex: string) => string>(
      (name, _, hex) => `${hex}  ${name}`,
      (name, _, hex) => `${hex} *${name}`,
      (name, algorithm, hex) => `${algorithm} (${name}) = ${hex}`,
      (name, algorithm, hex) => `${algorithm}(${name})= ${hex}`,
      (name, algorithm, hex) => `${algorithm}  ${hex}  ${name}`,
    );
    const entry = fc.record({ value: publishedValue, fileName, way, upper: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(entry, { maxLength: 20 }),
        fc.constantFrom("\n", "\r\n", "\r"),
        (entries, lineEnd) => {
          const text = entries.map(({ value, fileName, way, upper }) =>
            way(fileName, checksumNames[value.algorithm], upper ? value.hex.toUpperCase() : value.hex),
          );
          expect(parseChecksums(text.join(lineEnd)).checksums).toEqual(
            entries.map(({ value, fileName }, index) => ({ ...value, fileName, line: index + 1 })),
          );
        },
      ),
    );
  });

  it("takes any text without throwing, and finds only whole values", () => {
    const piece = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.constantFrom("SHA256", "(", ") = ", "\\", "  ", "\t", ":", "\n", sha256, sha1, md5),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        for (const { algorithm, hex } of parseChecksums(pieces.join("")).checksums) {
          expect(hex).toMatch(/^[0-9a-f]+$/);
          expect(hex).toHaveLength(checksumDigits[algorithm]);
        }
      }),
    );
  });

  it("reads no more than its limit, and that in a moment", () => {
    const line = `${sha256}  photon.ova\n`;
    const many = parseChecksums(line.repeat(20_000));
    expect(many.truncated).toBe(true);
    expect(many.checksums).toHaveLength(10_000);
    const startedAt = performance.now();
    for (const each of ["a", "SHA256 (", ") = ", "a ", "a.", "sha-"]) {
      const { checksums } = parseChecksums(each.repeat(maxPublishedLength));
      expect(checksums).toEqual([]);
    }
    expect(performance.now() - startedAt).toBeLessThan(3000);
  });
});
