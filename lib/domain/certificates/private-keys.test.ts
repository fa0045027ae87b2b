import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatPem, issueCertificate, makeKey } from "#lib/testing/issue-certificate.ts";
import { readCertificates } from "./read-certificates.ts";

const certificate = issueCertificate({ subject: "Root", ca: true });
const [rsa, ec] = [makeKey("rsa2048"), makeKey("p256")];
const dsa: KeyObject = generateKeyPairSync("dsa", { modulusLength: 1_024, divisorLength: 160 }).privateKey;
const encryption = { cipher: "aes-256-cbc", passphrase: "a passphrase" } as const;

const pem = (key: KeyObject, type: "pkcs1" | "pkcs8" | "sec1") =>
  key.export({ type, format: "pem" }).toString();
const der = (key: KeyObject, type: "pkcs1" | "pkcs8" | "sec1") => key.export({ type, format: "der" });

const openssh = Buffer.concat([Buffer.from("openssh-key-v1\0"), Buffer.alloc(200, "secret octets ")]);
const pkcs12 = Buffer.from("3018020103301306092a864886f70d010701a006040411223344", "hex");
const opensshPem = formatPem("OPENSSH PRIVATE KEY", openssh);
const putty =
  "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nPrivate-Lines: 1\nAAAAIHVudGVsbGFibGU=\n";
const jwk = JSON.stringify(ec.export({ format: "jwk" }));

const inText: (readonly [string, string])[] = [
  ["pkcs1", pem(rsa, "pkcs1")],
  ["pkcs8", pem(rsa, "pkcs8")],
  ["pkcs8", pem(ec, "pkcs8")],
  ["ec", pem(ec, "sec1")],
  ["pkcs8-encrypted", rsa.export({ type: "pkcs8", format: "pem", ...encryption }).toString()],
  ["pkcs1", rsa.export({ type: "pkcs1", format: "pem", ...encryption }).toString()],
  ["dsa", formatPem("DSA PRIVATE KEY", Buffer.of(0x30, 0x03, 0x02, 0x01, 0x00))],
  ["pkcs8", dsa.export({ type: "pkcs8", format: "pem" }).toString()],
  ["openssh", opensshPem],
  ["pkcs12", formatPem("PKCS12", pkcs12)],
  ["pgp", "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQdGBGVx\n-----END PGP PRIVATE KEY BLOCK-----\n"],
  [
    "other",
    "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nP2/56wAAA\n---- END SSH2 ENCRYPTED PRIVATE KEY ----\n",
  ],
  ["other", formatPem("ANY PRIVATE KEY", der(ec, "sec1"))],
  ["putty", putty],
  ["jwk", jwk],
];
const inFiles: (readonly [string, Uint8Array])[] = [
  ["pkcs1", der(rsa, "pkcs1")],
  ["pkcs8", der(rsa, "pkcs8")],
  ["pkcs8", der(ec, "pkcs8")],
  ["ec", der(ec, "sec1")],
  ["pkcs8-encrypted", rsa.export({ type: "pkcs8", format: "der", ...encryption })],
  ["pkcs12", pkcs12],
  ["pkcs12", Buffer.from("308002010330800609" + "2a864886f70d010701a080", "hex")],
  ["java-keystore", Buffer.from("feedfeed0000000200000001", "hex")],
  ["openssh", openssh],
];

/** Nothing of the input may be in what comes back, to eight characters. */
function expectNoTrace(result: unknown, secret: string): void {
  const shown = inspect(result, { depth: 20, maxStringLength: Infinity, maxArrayLength: Infinity });
  const lines = secret.split("\n").filter((line) => !/-----|PRIVATE|KEY/.test(line));
  for (const line of lines) {
    for (let at = 0; at + 8 <= line.length; at += 4) expect(shown).not.toContain(line.slice(at, at + 8));
  }
}

describe("private keys", () => {
  it.each(inText)("are refused as text: %s", (form, text) => {
    const reading = readCertificates(text);
    expect(reading).toEqual({ found: [], problems: [{ code: "private-key", form, line: 1 }] });
    expectNoTrace(reading, text);
  });

  it.each(inFiles)("are refused as a file: %s", (form, bytes) => {
    const reading = readCertificates(bytes);
    expect(reading).toEqual({ found: [], problems: [{ code: "private-key", form, line: null }] });
  });

  it.each(inText)("are refused among certificates, with all that comes with them: %s", (form, text) => {
    const lines = certificate.pem.split("\n").length;
    const reading = readCertificates(certificate.pem + text + certificate.pem);
    expect(reading).toEqual({ found: [], problems: [{ code: "private-key", form, line: lines }] });
    expectNoTrace(reading, text);
  });

  it.each(inFiles.filter(([form]) => form !== "java-keystore" && form !== "openssh"))(
    "are refused under another's name: %s",
    (form, bytes) => {
      for (const label of ["CERTIFICATE", "PUBLIC KEY", "TRUSTED CERTIFICATE", "X"]) {
        expect(readCertificates(formatPem(label, bytes)).problems).toMatchObject([
          { code: "private-key", form },
        ]);
      }
    },
  );

  it.each(inFiles)("are refused as base64, once and twice: %s", (form, bytes) => {
    const once = Buffer.from(bytes).toString("base64");
    const twice = Buffer.from(once).toString("base64");
    expect(readCertificates(once).problems).toMatchObject([{ code: "private-key", form }]);
    if (bytes[0] !== 0x30 || bytes.byteLength < 200) return;
    expect(readCertificates(twice).problems).toMatchObject([{ code: "private-key", form }]);
  });

  it("are refused as base64 of PEM, and where they follow a certificate without their markers", () => {
    const key = pem(rsa, "pkcs8");
    const wrapped = readCertificates(Buffer.from(key).toString("base64"));
    expect(wrapped.problems).toEqual([{ code: "private-key", form: "pkcs8", line: 1 }]);
    const bare = key.split("\n").slice(1, -2).join("\n");
    const reading = readCertificates(`${certificate.pem}${bare}\n`);
    expect(reading.found).toEqual([]);
    expect(reading.problems).toMatchObject([{ code: "private-key", form: "pkcs8" }]);
    const inside = readCertificates(`${certificate.pem}data: x\n${Buffer.from(key).toString("base64")}\n`);
    expect(inside.problems).toMatchObject([{ code: "private-key" }]);
  });

  it("are refused in what Kubernetes' objects hold", () => {
    const wrap = (text: string) => Buffer.from(text).toString("base64");
    const data = wrap(certificate.pem);
    for (const key of [pem(rsa, "pkcs1"), pem(ec, "pkcs8"), opensshPem]) {
      for (const value of [wrap(key), `"${wrap(key)}"`, `'${wrap(key)}',`, wrap(wrap(key))]) {
        const secret = `kind: Secret\ndata:\n  tls.crt: ${data}\n  tls.key: ${value}\n`;
        const reading = readCertificates(secret);
        expect(reading).toMatchObject({ found: [], problems: [{ code: "private-key", line: 4 }] });
        expectNoTrace(reading, secret);
      }
    }
  });

  it("are refused when a marker is damaged", () => {
    for (const key of [pem(rsa, "pkcs1"), pem(ec, "pkcs8"), opensshPem]) {
      const lines = key.trimEnd().split("\n");
      const halves = [
        lines.slice(1),
        lines.slice(0, -1),
        lines.with(0, (lines[0] ?? "").slice(1)),
        lines.with(-1, (lines.at(-1) ?? "").slice(0, -3)),
        lines.with(2, `${lines[2]}!`),
      ];
      for (const half of halves) {
        expect(readCertificates(half.join("\n")).problems).toMatchObject([{ code: "private-key" }]);
      }
    }
  });

  it("leave no trace, however they are cut and mixed with other text", () => {
    const lines = pem(rsa, "pkcs8").split("\n");
    const piece = fc.oneof(
      fc
        .tuple(fc.nat(lines.length), fc.nat(lines.length))
        .map(([from, to]) => lines.slice(from, to).join("\n")),
      fc.constantFrom(
        certificate.pem,
        "\n",
        "-----BEGIN CERTIFICATE-----\n",
        "-----END CERTIFICATE-----\n",
        "#",
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        expectNoTrace(readCertificates(pieces.join("")).problems, lines.join("\n"));
      }),
    );
  });

  it("are not seen where there are none", () => {
    const note = "Never paste a private key here.\n";
    const { found, problems } = readCertificates(note + certificate.pem);
    expect(found).toHaveLength(1);
    expect(problems).toEqual([{ code: "stray-text", line: 1, lastLine: 1 }]);
  });
});
