import { createTranslator } from "next-intl";
import { describe, expect, it } from "vitest";
import { createFormats } from "#lib/i18n/formats.ts";
import { locales } from "#lib/i18n/locales.ts";
import { loadMessages } from "#lib/i18n/messages.ts";
import type {
  AlternativeNames,
  CertificateFinding,
  ChainNote,
  ChainProblem,
  ReadingProblem,
} from "#lib/schemas/certificate-views.ts";
import { createCertificateTexts, createKeyText } from "./certificate-texts.ts";

const [notBefore, notAfter] = ["2026-01-02T03:04:05.000Z", "2027-01-02T03:04:05.000Z"];
const certificate = { fingerprint: "ab", subject: "CN=Registry CA" };
const key = { kind: "ec", curve: "brainpoolP256r1", bits: 256, isNamed: true } as const;
const names: AlternativeNames = {
  ...{ dns: ["a.example.com", "b.example.com"], ip: ["10.0.0.0/8"], email: [], uri: [], others: 2 },
  directory: [{ text: "O=Example", commonName: null, organization: "Example", parts: [] }],
};
const missing = {
  ...{ of: certificate, issuer: "CN=Root", keyId: null, urls: ["http://ca.example.com/root.crt"] },
  namesakes: [certificate],
};

/** One of each code, so that a code without an example does not compile. */
type Examples<Of extends { code: string }> = { [Code in Of["code"]]: Extract<Of, { code: Code }>[] };

const findings: Examples<CertificateFinding> = {
  "leaf-instead-of-ca": [
    { code: "leaf-instead-of-ca", issuer: "CN=Root", issuerUrls: missing.urls },
    { code: "leaf-instead-of-ca", issuer: "CN=Root", issuerUrls: [] },
  ],
  "self-signed-leaf": [{ code: "self-signed-leaf" }],
  expired: [{ code: "expired", notAfter, days: 3 }],
  "not-yet-valid": [{ code: "not-yet-valid", notBefore, days: 1 }],
  "expires-soon": [0, 1, 20].map((days) => ({ code: "expires-soon", notAfter, days })),
  "missing-san": [
    { code: "missing-san", commonName: "harbor" },
    { code: "missing-san", commonName: null },
  ],
  "weak-key": [{ code: "weak-key", key: { kind: "rsa", bits: 1024 }, neededBits: 2048 }],
  "unsupported-key": [{ code: "unsupported-key", key }],
  "weak-hash": [{ code: "weak-hash", hash: "sha1" }],
  "ca-without-key-usage": [{ code: "ca-without-key-usage" }],
  "ca-may-not-sign": [{ code: "ca-may-not-sign", keyUsage: [] }],
  "path-length": [0, 1, 2].map((pathLength) => ({ code: "path-length", pathLength })),
  "name-constraints": [
    { code: "name-constraints", permitted: names, excluded: null },
    { code: "name-constraints", permitted: null, excluded: names },
  ],
  "version-1": [{ code: "version-1" }],
  "unknown-critical-extension": [{ code: "unknown-critical-extension", extensions: ["1.2.3"] }],
  "extension-damaged": [{ code: "extension-damaged", extensions: ["1.2.3"] }],
};

const readings: Examples<ReadingProblem> = {
  "private-key": [
    { code: "private-key", form: "pkcs8", line: 3 },
    { code: "private-key", form: "pkcs12", line: null },
  ],
  "input-empty": [{ code: "input-empty" }],
  "input-too-large": [{ code: "input-too-large", sizeBytes: 3_000_000, limitBytes: 1_048_576 }],
  "too-many-certificates": [{ code: "too-many-certificates", limit: 200 }],
  "too-many-problems": [{ code: "too-many-problems", limit: 100 }],
  "no-certificate-found": [{ code: "no-certificate-found" }],
  "base64-damaged": [{ code: "base64-damaged", line: 4, blockLine: 1 }],
  "certificate-damaged": [
    { code: "certificate-damaged", line: 1 },
    { code: "certificate-damaged", line: null },
  ],
  "block-unfinished": [{ code: "block-unfinished", line: 1 }],
  "block-without-begin": [{ code: "block-without-begin", line: 1 }],
  "marker-damaged": [{ code: "marker-damaged", line: 1 }],
  "labels-differ": [{ code: "labels-differ", line: 1, endLine: 9 }],
  "not-a-certificate": [
    { code: "not-a-certificate", line: 1, kind: "public-key" },
    { code: "not-a-certificate", line: null, kind: "unknown" },
  ],
  duplicate: [{ code: "duplicate", line: 9, firstLine: 1, fingerprint: "ab" }],
  "stray-text": [
    { code: "stray-text", line: 1, lastLine: 1 },
    { code: "stray-text", line: 1, lastLine: 3 },
  ],
  "carriage-returns": [{ code: "carriage-returns", line: 2 }],
  "trust-settings-dropped": [{ code: "trust-settings-dropped", line: 1 }],
  "base64-wrapped": [
    { code: "base64-wrapped", times: 2, line: null },
    { code: "base64-wrapped", times: 1, line: 4 },
  ],
};

const chains: Examples<ChainProblem> = {
  "no-certificate": [{ code: "no-certificate" }],
  "self-signed-leaf": [{ code: "self-signed-leaf", certificate }],
  "unknown-authority": [
    { code: "unknown-authority", root: certificate, missing: null },
    { code: "unknown-authority", root: null, missing },
  ],
  "missing-intermediate": [{ code: "missing-intermediate", missing, evidence: "issuer-url" }],
  expired: [{ code: "expired", certificate, position: "leaf", notAfter }],
  "not-yet-valid": [{ code: "not-yet-valid", certificate, position: "anchor", notBefore }],
  "name-mismatch": [{ code: "name-mismatch", host: "harbor.example.com", names: names.dns }],
  "name-missing": [{ code: "name-missing", host: "harbor.example.com", commonName: "harbor" }],
  "not-a-ca": [{ code: "not-a-ca", certificate }],
  "ca-may-not-sign": [{ code: "ca-may-not-sign", certificate }],
  "path-too-long": [{ code: "path-too-long", certificate, pathLength: 0 }],
  "name-not-permitted": [{ code: "name-not-permitted", certificate, name: "harbor.example.com" }],
  "not-for-servers": [{ code: "not-for-servers", certificate }],
  "weak-key": [{ code: "weak-key", certificate, key: { kind: "dsa", bits: 1024 } }],
  "unsupported-key": [{ code: "unsupported-key", certificate, key: { kind: "other", algorithm: "1.2" } }],
  "weak-hash": [{ code: "weak-hash", certificate, hash: "md5" }],
  "unknown-critical-extension": [{ code: "unknown-critical-extension", certificate, extensions: ["1.2.3"] }],
};

const notes: Examples<ChainNote> = {
  "anchor-is-intermediate": [{ code: "anchor-is-intermediate", certificate }],
  "anchor-is-leaf": [{ code: "anchor-is-leaf", certificate }],
  "intermediate-not-sent": [{ code: "intermediate-not-sent", certificate }],
  "out-of-order": [{ code: "out-of-order" }],
  "not-needed": [{ code: "not-needed", certificate }],
  "sent-twice": [{ code: "sent-twice", certificate }],
  "root-sent": [{ code: "root-sent", certificate }],
};

async function createTexts(locale: (typeof locales)[number]) {
  const messages = await loadMessages(locale);
  const translate = (namespace: "certificateFindings" | "certificateViews.keys") =>
    createTranslator({
      ...{ locale, messages, namespace, timeZone: "UTC" },
      onError: (error) => {
        throw error;
      },
    }) as never;
  const formats = createFormats(locale, "UTC");
  return createCertificateTexts(
    translate("certificateFindings"),
    createKeyText(translate("certificateViews.keys")),
    formats,
  );
}

describe.each(locales)("what is said of certificates in %s", (locale) => {
  it("is whole for every code, and no argument is left open", async () => {
    const texts = await createTexts(locale);
    const said = [
      ...Object.values(findings).flat().map(texts.finding),
      ...Object.values(readings).flat().map(texts.reading),
      ...Object.values(chains).flat().map(texts.chain),
      ...Object.values(notes).flat().map(texts.note),
    ];
    const broken = said.filter(({ title, hint }) =>
      [title, hint].some((text) => /[{}]|^$|undefined/.test(text)),
    );
    expect(broken).toEqual([]);
  });
});

it("names who has to be trusted, and where its certificate is", async () => {
  const { chain, finding } = await createTexts("en");
  expect(chain(chains["unknown-authority"][1] as never).hint).toContain(
    "The certificate of CN=Root is not in the list",
  );
  expect(chain(chains["unknown-authority"][1] as never).hint).toContain("http://ca.example.com/root.crt");
  expect(finding(findings["unsupported-key"][0] as never).title).toContain("brainpoolP256r1");
  expect(finding(findings["weak-hash"][0] as never).title).toBe("It was signed with SHA-1");
});
