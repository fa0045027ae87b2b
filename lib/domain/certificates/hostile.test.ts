import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatPem, issueCertificate } from "#lib/testing/issue-certificate.ts";
import { Certificate } from "./certificate.ts";
import { describeCertificate } from "./describe-certificate.ts";
import { diagnoseChain } from "./diagnose-chain.ts";
import { readCertificates } from "./read-certificates.ts";
import { reviewCertificate } from "./review-certificate.ts";
import { listRemedies } from "./try-certificate.ts";
import { suggestTrustName } from "./trust-name.ts";

const at = new Date();
const root = issueCertificate({
  subject: ["O=Lab", "CN=Root"],
  ca: { pathLength: 2 },
  keyUsage: ["keyCertSign"],
  permitted: ["a.test", "10.0.0.0/8", "O=Lab"],
});
const leaf = issueCertificate({
  subject: ["O=Lab", "CN=a.test"],
  issuer: root,
  names: ["a.test", "10.0.0.1", "fd00::1"],
  extendedKeyUsage: ["1.3.6.1.5.5.7.3.1"],
  issuerUrl: "http://pki.test/",
  namesIssuersIssuer: true,
});

/** Reads quickly enough for a page that waits, on a busy machine. */
function readInTime(input: string | Uint8Array) {
  const startedAt = performance.now();
  const reading = readCertificates(input);
  expect(performance.now() - startedAt).toBeLessThan(4_000);
  return reading;
}

describe("a damaged certificate", () => {
  it("is read or not, and then told and judged without a fault", () => {
    const damages = fc.array(fc.tuple(fc.nat(leaf.der.byteLength - 1), fc.nat(255)), {
      minLength: 1,
      maxLength: 3,
    });
    let read = 0;
    fc.assert(
      fc.property(fc.constantFrom(root, leaf), damages, (made, list) => {
        const der = Uint8Array.from(made.der);
        for (const [place, octet] of list) der[place % der.byteLength] = octet;
        const certificate = Certificate.parse(der);
        if (certificate === null) return;
        read++;
        const description = describeCertificate(certificate);
        expect(JSON.parse(JSON.stringify(description))).toEqual(description);
        reviewCertificate(certificate, { at });
        suggestTrustName(certificate);
        const other = Certificate.parse(root.der);
        const presented = other === null ? [certificate] : [certificate, other];
        for (const verifier of ["go", "openssl"] as const) {
          const question = { presented, stored: [certificate], host: "a.test", at, verifier };
          diagnoseChain(question);
          diagnoseChain({ ...question, presented: presented.toReversed(), stored: [] });
          listRemedies({ ...question, stored: [] });
        }
      }),
      { numRuns: 120 },
    );
    expect(read).toBeGreaterThan(20);
  }, 30_000);
});

describe("an input made to keep the reader busy", () => {
  const size = 1_000_000;

  it.each([
    ["blanks", `x${" ".repeat(size)}y`],
    ["markers", "-----BEGIN ".repeat(size / 11)],
    ["ends", "-----END CERTIFICATE-----\n".repeat(size / 26)],
    ["empty blocks", "-----BEGIN X-----\n-----END X-----\n".repeat(size / 36)],
    ["JSON keys", '"kty":'.repeat(size / 6)],
    ["half markers of keys", "BEGIN PRIVATE ".repeat(size / 14)],
    ["base64", "TUlJ".repeat(size / 4)],
    ["base64 in lines", `${"TUlJ".repeat(16)}\n`.repeat(size / 65)],
    ["dashes", "-".repeat(size)],
    ["line ends", "\r\n".repeat(size / 2)],
    ["backslashes", `-----BEGIN CERTIFICATE-----${"\\n".repeat(size / 2 - 60)}-----END CERTIFICATE-----`],
  ])("is read in time: %s", (_what, text) => {
    expect(readInTime(text).found).toEqual([]);
  });

  it("is read in time: the same certificate and damaged ones, thousands of times", () => {
    const { found, problems } = readInTime(leaf.pem.repeat(size / leaf.pem.length));
    expect(found).toHaveLength(1);
    expect(problems.at(-1)).toEqual({ code: "too-many-problems", limit: 100 });
    const damaged = formatPem("CERTIFICATE", leaf.der.with(-1, 0).with(30, 0xff));
    expect(readInTime(damaged.repeat(size / damaged.length)).found.length).toBeLessThan(2);
  });

  it("is read in time: a certificate with deeply nested content", () => {
    for (const depth of [1_000, 20_000, 100_000]) {
      for (const nested of [Buffer.alloc(depth * 2, "3080", "hex"), nest(depth / 10)]) {
        const made = issueCertificate({ extensions: [{ id: "2.5.29.17", critical: false, value: nested }] });
        readInTime(made.pem);
      }
    }
  });

  /** Sequences in sequences, each with its length. */
  function nest(depth: number): Uint8Array {
    const heads: number[][] = [];
    for (let length = 0, level = 0; level < depth; level++) {
      const head =
        length < 0x80 ? [0x30, length] : [0x30, 0x83, length >> 16, (length >> 8) & 0xff, length & 0xff];
      heads.push(head);
      length += head.length;
    }
    return Uint8Array.from(heads.toReversed().flat());
  }
});
