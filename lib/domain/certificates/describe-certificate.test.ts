import { describe, expect, it } from "vitest";
import { issueCertificate, type CertificateWish } from "#lib/testing/issue-certificate.ts";
import { Certificate } from "./certificate.ts";
import { describeCertificate } from "./describe-certificate.ts";
import { countDaysLeft, findingSeverities, reviewCertificate } from "./review-certificate.ts";

function parse(wish: CertificateWish): Certificate {
  const certificate = Certificate.parse(issueCertificate(wish).der);
  if (certificate === null) throw new Error("a test certificate that cannot be read");
  return certificate;
}

const at = new Date("2026-06-01T12:00:00Z");
const dates = { notBefore: new Date("2026-01-01T00:00:00Z"), notAfter: new Date("2026-12-31T23:59:59Z") };
const authority: CertificateWish = {
  ...dates,
  subject: ["C=KR", "O=Example, Inc.", "CN=Registry CA"],
  ca: true,
  keyUsage: ["keyCertSign", "cRLSign"],
};
const root = issueCertificate(authority);
const codesOf = (wish: CertificateWish, when = at) =>
  reviewCertificate(parse({ ...dates, ...wish }), { at: when }).map(({ code }) => code);

describe("describeCertificate", () => {
  it("tells an authority in plain data", () => {
    const description = describeCertificate(parse({ ...authority, ca: { pathLength: 1 } }));
    expect(description).toMatchObject({
      version: 3,
      subject: {
        text: "CN=Registry CA,O=Example\\, Inc.,C=KR",
        commonName: "Registry CA",
        organization: "Example, Inc.",
      },
      names: null,
      notBefore: "2026-01-01T00:00:00.000Z",
      notAfter: "2026-12-31T23:59:59.000Z",
      key: { kind: "ec", curve: "prime256v1", bits: 256, isNamed: true },
      signature: { scheme: "ecdsa", hash: "sha256" },
      selfSigned: true,
      role: "ca",
      pathLength: 1,
      keyUsage: ["keyCertSign", "cRLSign"],
      extendedKeyUsage: null,
    });
    expect(description.issuer).toEqual(description.subject);
    expect(description.sha256).toMatch(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    expect(description.sha1).toMatch(/^(?:[0-9A-F]{2}:){19}[0-9A-F]{2}$/);
    expect(JSON.parse(JSON.stringify(description))).toEqual(description);
  });

  it("tells the names, the issuer and its keys of a server's", () => {
    const server = parse({
      issuer: root,
      subject: "registry.example.com",
      names: ["Registry.Example.com", "*.lab.test", "10.0.0.5", "fd00::5"],
      extendedKeyUsage: ["1.3.6.1.5.5.7.3.1", "1.2.3.4"],
      issuerUrl: "http://pki.example.com/ca.crt",
      namesIssuersIssuer: true,
    });
    const description = describeCertificate(server);
    expect(description).toMatchObject({
      issuer: { commonName: "Registry CA" },
      names: {
        dns: ["registry.example.com", "*.lab.test"],
        ip: ["10.0.0.5", "fd00::5"],
        email: [],
        others: 0,
      },
      selfSigned: false,
      role: "leaf",
      pathLength: null,
      keyUsage: null,
      extendedKeyUsage: ["serverAuth", "1.2.3.4"],
      authorityKeyId: {
        keyId: Buffer.from(root.keyId).toString("hex"),
        issuer: "CN=Registry CA,O=Example\\, Inc.,C=KR",
      },
      issuerUrls: ["http://pki.example.com/ca.crt"],
    });
  });

  it.each([
    ["rsa2048", { kind: "rsa", bits: 2_048 }, { scheme: "rsa", hash: "sha256" }],
    ["p384", { kind: "ec", curve: "secp384r1", bits: 384 }, { scheme: "ecdsa", hash: "sha256" }],
    ["ed25519", { kind: "ed25519" }, { scheme: "eddsa", hash: null }],
  ] as const)("tells what key it has: %s", (key, kind, signature) => {
    expect(describeCertificate(parse({ key }))).toMatchObject({ key: kind, signature });
  });

  it("believes no name: only its own key makes a certificate self-signed", () => {
    const impostor = parse({ subject: ["C=KR", "O=Example, Inc.", "CN=Registry CA"], issuer: root });
    expect(describeCertificate(impostor)).toMatchObject({ selfSigned: false });
    expect(impostor.rawSubject).toBe(impostor.rawIssuer);
  });

  it("writes what no reader can see as hexadecimal digits", () => {
    const { subject } = describeCertificate(parse({ subject: ["O= a", "CN=evil\u0000\n\u202etest"] }));
    expect(subject.text).toBe("CN=evil\\00\\0a\\e2\\80\\aetest,O=\\ a");
    expect(subject.commonName).toBe("evil\\00\\0a\\e2\\80\\aetest");
  });
});

describe("reviewCertificate", () => {
  it("has nothing to say of a sound authority", () => {
    expect(codesOf(authority)).toEqual([]);
  });

  it.each([
    ["leaf-instead-of-ca", { issuer: root, names: ["a.test"] }],
    ["self-signed-leaf", { names: ["a.test"] }],
    ["expired", { ...authority, notAfter: new Date("2026-05-31T00:00:00Z") }],
    ["not-yet-valid", { ...authority, notBefore: new Date("2026-06-02T00:00:00Z") }],
    ["expires-soon", { ...authority, notAfter: new Date("2026-07-01T00:00:00Z") }],
    ["weak-key", { ...authority, key: "rsa1024" }],
    ["unsupported-key", { ...authority, key: "brainpoolP256r1" }],
    ["weak-hash", { ...authority, subject: "Sub", issuer: root, hash: "sha1" }],
    ["ca-without-key-usage", { ca: true }],
    ["ca-may-not-sign", { ...authority, keyUsage: ["cRLSign"] }],
    ["path-length", { ...authority, ca: { pathLength: 0 } }],
    ["name-constraints", { ...authority, permitted: ["example.com", "10.0.0.0/8", "O=Example"] }],
    ["version-1", { version: 1 }],
    [
      "unknown-critical-extension",
      { ...authority, extensions: [{ id: "1.2.3.4", critical: true, value: Uint8Array.of(5, 0) }] },
    ],
    [
      "extension-damaged",
      { ...authority, extensions: [{ id: "2.5.29.17", critical: false, value: Uint8Array.of(4, 1, 1) }] },
    ],
  ] as [string, CertificateWish][])("finds %s and nothing else", (code, wish) => {
    expect(codesOf(wish)).toEqual([code]);
    expect(Object.keys(findingSeverities)).toContain(code);
  });

  it("misses the names of a server that has only a common name", () => {
    expect(codesOf({ subject: "a.test", issuer: root })).toEqual(["leaf-instead-of-ca", "missing-san"]);
  });

  it("asks of what a server presents that it has names, and no more of its role", () => {
    const review = (wish: CertificateWish) =>
      reviewCertificate(parse({ ...dates, ...wish }), { at, use: "presented" }).map(({ code }) => code);
    expect(review({ issuer: root, names: ["a.test"] })).toEqual([]);
    expect(review({ issuer: root, subject: "a.test" })).toEqual(["missing-san"]);
    expect(review({ ca: true, names: ["a.test"] })).toEqual(["self-signed-leaf"]);
    expect(review({ names: ["10.0.0.1"], hash: "sha1", issuer: root })).toEqual(["weak-hash"]);
  });

  it("does not mind how what is trusted has signed itself", () => {
    expect(codesOf({ ...authority, hash: "sha1" })).toEqual([]);
  });

  it("gives the facts", () => {
    const soon = parse({ ...authority, notAfter: new Date("2026-06-30T11:59:59Z") });
    expect(countDaysLeft(soon, at)).toBe(28);
    expect(reviewCertificate(soon, { at })).toEqual([
      { code: "expires-soon", notAfter: "2026-06-30T11:59:59.000Z", days: 28 },
    ]);
    expect(reviewCertificate(soon, { at, expiresSoonDays: 28 })).toEqual([]);
    const late = new Date("2026-07-10T12:00:00Z");
    expect(reviewCertificate(soon, { at: late })).toMatchObject([{ code: "expired", days: 11 }]);
    expect(reviewCertificate(soon, { at: new Date("2025-12-30T12:00:00Z") })).toMatchObject([
      { code: "not-yet-valid", days: 2 },
    ]);
    const constrained = parse({
      ...authority,
      permitted: ["example.com", "10.0.0.0/8"],
      excluded: ["b.test"],
    });
    expect(reviewCertificate(constrained, { at })).toMatchObject([
      { permitted: { dns: ["example.com"], ip: ["10.0.0.0/8"] }, excluded: { dns: ["b.test"] } },
    ]);
    expect(reviewCertificate(parse({ ...authority, key: "rsa1024" }), { at })).toMatchObject([
      { key: { kind: "rsa", bits: 1_024 }, neededBits: 2_048 },
    ]);
  });
});
