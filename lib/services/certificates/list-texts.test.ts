import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Certificate } from "#lib/domain/certificates/certificate.ts";
import { readCertificates } from "#lib/domain/certificates/read-certificates.ts";
import { issueCertificate } from "#lib/testing/issue-certificate.ts";
import { appendCertificates, insertAfter, moveCertificate, removeCertificate } from "./list-texts.ts";

const certificates = ["A", "B", "C", "D"].flatMap((subject) =>
  readCertificates(issueCertificate({ subject, ca: true }).pem).found.map(({ certificate }) => certificate),
);
const [a, b, c, d] = certificates as [Certificate, Certificate, Certificate, Certificate];
const listed = (texts: readonly string[]) =>
  texts.map((text) =>
    readCertificates(text)
      .found.map(({ certificate }) => certificate.details.subject.commonName)
      .join(""),
  );

describe("texts of a list", () => {
  const texts = [`# first\r\n${a.pem}${b.pem}`, c.pem];

  it("get at their end what they lack", () => {
    expect(appendCertificates(texts, [b, d])).toEqual([...texts, d.pem]);
    expect(appendCertificates(texts, [a, c])).toEqual(texts);
  });

  it("get one right behind another", () => {
    expect(listed(insertAfter(texts, b.fingerprint, d))).toEqual(["AB", "D", "C"]);
    expect(insertAfter(texts, d.fingerprint, d)).toBe(texts);
    expect(insertAfter(texts, a.fingerprint, c)).toBe(texts);
  });

  it("lose one and keep what stands beside it", () => {
    expect(removeCertificate(texts, a.fingerprint)).toEqual([b.pem, c.pem]);
    expect(removeCertificate(texts, c.fingerprint)).toEqual([texts[0]]);
    expect(removeCertificate(texts, d.fingerprint)).toEqual(texts);
    // One that stands twice is gone.
    expect(listed(removeCertificate([...texts, b.pem], b.fingerprint))).toEqual(["A", "C"]);
  });

  it("change places whole", () => {
    expect(moveCertificate(texts, b.fingerprint, "down")).toEqual([c.pem, texts[0]]);
    expect(moveCertificate(texts, b.fingerprint, "up")).toBe(texts);
    expect(moveCertificate(texts, d.fingerprint, "up")).toBe(texts);
  });

  it("leave what is no certificate as it is, whatever is done", () => {
    const step = fc.tuple(fc.constantFrom("add", "remove", "up", "down"), fc.constantFrom(...certificates));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const odd = "not a certificate";
        let now: readonly string[] = [odd];
        for (const [what, each] of steps) {
          if (what === "add") now = appendCertificates(now, [each]);
          else if (what === "remove") now = removeCertificate(now, each.fingerprint);
          else now = moveCertificate(now, each.fingerprint, what === "up" ? "up" : "down");
          expect(now).toContain(odd);
          expect(new Set(now).size).toBe(now.length);
        }
      }),
      { numRuns: 60 },
    );
  });
});
