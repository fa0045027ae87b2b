import { mkdtemp, rm, writeFile, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createChainScenarios } from "#lib/testing/chain-scenarios.ts";
import { runProgram, type Program } from "#lib/testing/child-process.ts";
import { issueCertificate } from "#lib/testing/issue-certificate.ts";
import { findProgram } from "#lib/testing/programs.ts";
import { describeCertificate } from "./describe-certificate.ts";
import { reviewCertificate } from "./review-certificate.ts";
import { readCertificates } from "./read-certificates.ts";

let program: Program;
let folder: string;

beforeAll(async () => {
  program = await findProgram("openssl");
  folder = await mkdtemp(join(tmpdir(), "drayage-certificates-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const openssl = async (...args: readonly string[]) => (await runProgram(program, args)).stdout;

async function keep(name: string, content: string): Promise<string> {
  await writeFile(at(name), content);
  return at(name);
}

const keepAll = (name: string, certificates: readonly { pem: string }[]) =>
  keep(name, certificates.map(({ pem }) => pem).join(""));

describe("what openssl makes", () => {
  const certificates = ["One", "Two", "Three"].map((subject) => issueCertificate({ subject, ca: true }));
  const texts = certificates.map(({ pem }) => pem);

  it("reads PKCS#7 as PEM and as DER", async () => {
    const bundle = await keep("bundle.pem", texts.join(""));
    for (const form of ["PEM", "DER"]) {
      const out = at(`bundle.${form}`);
      await openssl("crl2pkcs7", "-nocrl", "-certfile", bundle, "-outform", form, "-out", out);
      const { found, problems } = readCertificates(await readFile(out));
      expect(found.map(({ certificate }) => certificate.pem).toSorted()).toEqual(texts.toSorted());
      expect(problems).toEqual([]);
      expect(found.map(({ line }) => line)).toEqual([1, 1, 1].map((line) => (form === "PEM" ? line : null)));
    }
  });

  it("reads a trusted certificate without its settings", async () => {
    const plain = await keep("plain.pem", texts[0] ?? "");
    const trusted = await openssl("x509", "-in", plain, "-trustout", "-addtrust", "serverAuth");
    expect(trusted).toContain("BEGIN TRUSTED CERTIFICATE");
    const { found, problems } = readCertificates(trusted);
    expect(found.map(({ certificate }) => certificate.pem)).toEqual([texts[0]]);
    expect(problems).toEqual([{ code: "trust-settings-dropped", line: 1 }]);
  });

  it("reads a certificate behind its text, and refuses the rest of what openssl makes", async () => {
    const plain = await keep("plain.pem", texts[0] ?? "");
    const withText = readCertificates(await openssl("x509", "-in", plain, "-text"));
    expect(withText).toMatchObject({ found: [{}], problems: [{ code: "stray-text" }] });
    const [certificate] = certificates;
    const key = await keep("key.pem", certificate?.keyPem ?? "");
    const request = await openssl("req", "-new", "-key", key, "-subj", "/CN=a.test");
    expect(readCertificates(request).problems[0]).toEqual({
      code: "not-a-certificate",
      line: 1,
      kind: "certificate-request",
    });
    const publicKey = await openssl("pkey", "-in", key, "-pubout");
    expect(readCertificates(publicKey).problems[0]).toMatchObject({ kind: "public-key" });
    const store = at("store.p12");
    const secret = ["-passout", "pass:secret"];
    await openssl("pkcs12", "-export", "-in", plain, "-inkey", key, "-out", store, ...secret);
    expect(readCertificates(await readFile(store))).toEqual({
      found: [],
      problems: [{ code: "private-key", form: "pkcs12", line: null }],
    });
    const bag = await openssl("pkcs12", "-in", store, "-passin", "pass:secret", "-nodes");
    expect(readCertificates(bag)).toMatchObject({ found: [], problems: [{ code: "private-key" }] });
    for (const cipher of ["-aes256", "-des3"]) {
      const encrypted = await openssl("pkcs8", "-topk8", "-in", key, ...secret, ...["-v2", cipher.slice(1)]);
      expect(readCertificates(encrypted).problems).toMatchObject([{ form: "pkcs8-encrypted" }]);
    }
  });

  it("refuses a list of revoked certificates", async () => {
    const [ca] = certificates;
    await keep("ca.pem", ca?.pem ?? "");
    await keep("ca.key", ca?.keyPem ?? "");
    await keep("index", "");
    await keep("number", "01\n");
    const settings = "[ca]\ndefault_ca=it\n[it]\ndatabase=index\ncrlnumber=number\ndefault_md=sha256\n";
    await keep("settings", settings.replaceAll(/=(index|number)/g, `=${folder}/$1`));
    const args = ["ca", "-config", at("settings"), "-gencrl", "-crldays", "1"];
    const list = await openssl(...args, "-cert", at("ca.pem"), "-keyfile", at("ca.key"));
    expect(readCertificates(list).problems[0]).toMatchObject({ kind: "revocation-list" });
  });

  it("describes a certificate as openssl does", async () => {
    const settings = [
      ...["-newkey", "rsa:2048", "-nodes", "-sigopt", "rsa_padding_mode:pss", "-sha384"],
      ...["-subj", "/C=KR/O=예시/OU=A+CN=b, \\+ c/emailAddress=a@b.test", "-utf8", "-multivalue-rdn"],
      ...["-addext", "subjectAltName=DNS:a.test,IP:10.0.0.1,IP:fd00::1,email:a@b.test,URI:https://c.test/"],
      ...["-addext", "basicConstraints=critical,CA:TRUE,pathlen:3"],
      ...["-addext", "nameConstraints=permitted;DNS:.example.com,excluded;IP:10.0.0.0/255.0.0.0"],
    ];
    await openssl("req", "-x509", ...settings, "-keyout", at("pss.key"), "-out", at("pss.pem"));
    const { found, problems } = readCertificates(await readFile(at("pss.pem")));
    expect(problems).toEqual([]);
    const [first] = found;
    if (first === undefined) throw new Error("not read");
    const told = describeCertificate(first.certificate);
    const ask = (...what: string[]) =>
      openssl("x509", "-in", at("pss.pem"), "-noout", "-nameopt", "RFC2253,-esc_msb,utf8", ...what);
    expect((await ask("-subject")).trim()).toBe(`subject=${told.subject.text}`);
    expect((await ask("-serial")).trim()).toBe(`serial=${told.serial}`);
    expect((await ask("-fingerprint", "-sha256")).trim()).toMatch(new RegExp(`=${told.sha256}$`));
    expect((await ask("-fingerprint", "-sha1")).trim()).toMatch(new RegExp(`=${told.sha1}$`));
    const [end] = /\d{4}.*/.exec(await ask("-enddate", "-dateopt", "iso_8601")) ?? [];
    expect(new Date(end?.replace(" ", "T") ?? "").toISOString()).toBe(told.notAfter);
    expect(told).toMatchObject({
      names: {
        dns: ["a.test"],
        ip: ["10.0.0.1", "fd00::1"],
        email: ["a@b.test"],
        uri: ["https://c.test/"],
      },
      key: { kind: "rsa", bits: 2_048 },
      signature: { scheme: "rsa-pss", hash: "sha384" },
      selfSigned: true,
      pathLength: 3,
      nameConstraints: { permitted: { dns: [".example.com"] }, excluded: { ip: ["10.0.0.0/8"] } },
    });
  });
});

describe("keys on curves", () => {
  it.each([
    ["prime256v1", "named_curve", { bits: 256, isNamed: true }, []],
    ["prime256v1", "explicit", { bits: 256, isNamed: false }, ["unsupported-key"]],
    ["secp160r1", "named_curve", { bits: 160, isNamed: true }, ["weak-key", "unsupported-key"]],
    ["sect163k1", "named_curve", { bits: 163, isNamed: true }, ["weak-key", "unsupported-key"]],
    ["secp256k1", "named_curve", { bits: 256, isNamed: true }, ["unsupported-key"]],
    ["brainpoolP384r1", "named_curve", { bits: 384, isNamed: true }, ["unsupported-key"]],
    ["secp521r1", "named_curve", { bits: 521, isNamed: true }, []],
  ] as const)("are told and judged: %s, %s", async (curve, encoding, key, findings) => {
    const kind = ["-newkey", "ec", "-pkeyopt", `ec_paramgen_curve:${curve}`];
    const usage = ["-addext", "keyUsage=critical,keyCertSign", "-subj", "/CN=Curve", "-days", "100"];
    const args = [...kind, "-pkeyopt", `ec_param_enc:${encoding}`, "-nodes", "-keyout", at("curve.key")];
    const pem = await openssl("req", "-x509", ...args, ...usage);
    const [first] = readCertificates(pem).found;
    if (first === undefined) throw new Error("not read");
    expect(describeCertificate(first.certificate).key).toEqual({ kind: "ec", curve, ...key });
    const found = reviewCertificate(first.certificate, { at: new Date() });
    expect(found.map(({ code }) => code)).toEqual(findings);
  });
});

describe("what openssl verify says", () => {
  /** What it calls each problem: the numbers of X509_V_ERR_*. */
  const numbers: Readonly<Record<string, readonly number[]>> = {
    "missing-intermediate": [20],
    "unknown-authority": [2, 19, 20],
    "self-signed-leaf": [18],
    expired: [10],
    "not-yet-valid": [9],
    "name-mismatch": [62, 64],
    "name-missing": [62, 64],
    "not-a-ca": [26, 79],
    // To OpenSSL, such an authority has not signed what it has signed.
    "ca-may-not-sign": [20, 26, 32, 79],
    "path-too-long": [25],
    "name-not-permitted": [47, 48],
    "not-for-servers": [26],
    "weak-key": [66, 67],
    "weak-hash": [68],
    "unknown-critical-extension": [34],
  };

  it.each(createChainScenarios().map((scenario) => [scenario.name, scenario] as const))(
    "of this: %s",
    async (_name, { presented, stored, host = "localhost", openssl: expected }) => {
      const [leaf, ...above] = presented;
      const files = [
        ...(stored.length > 0 ? ["-CAfile", await keepAll("stored.pem", stored)] : ["-no-CAfile"]),
        ...(above.length > 0 ? ["-untrusted", await keepAll("sent.pem", above)] : []),
      ];
      const rules = ["-no-CApath", "-no-CAstore", "-purpose", "sslserver", "-auth_level", "2"];
      const named = /^[\d.]+$/.test(host) ? "-verify_ip" : "-verify_hostname";
      const args = ["verify", ...rules, named, host, ...files, await keep("leaf.pem", leaf.pem)];
      const { found } = await runProgram(program, args).then(
        () => ({ found: [] as number[] }),
        (error: Error) => ({
          found: [...error.message.matchAll(/error (\d+) at/g)].map(([, number]) => Number(number)),
        }),
      );
      if (expected.length === 0) return expect(found).toEqual([]);
      const known = expected.flatMap((code) => numbers[code] ?? []);
      expect(known).toEqual(expect.arrayContaining(found));
      expect(found).not.toEqual([]);
    },
  );
});
