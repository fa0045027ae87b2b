import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatPem, issueCertificate } from "#lib/testing/issue-certificate.ts";
import { readCertificates, type CertificateReading } from "./read-certificates.ts";
import { readingProblemSeverities } from "./reading-problem.ts";

const [root, other, third] = ["Root", "Other", "Third"].map((subject) =>
  issueCertificate({ subject, ca: true, keyUsage: ["keyCertSign"] }),
) as [
  ReturnType<typeof issueCertificate>,
  ReturnType<typeof issueCertificate>,
  ReturnType<typeof issueCertificate>,
];

const fingerprintOf = ({ der }: { der: Uint8Array }) => createHash("sha256").update(der).digest("hex");
const listFingerprints = ({ found }: CertificateReading) =>
  found.map(({ certificate }) => certificate.fingerprint);
const read = (input: string | Uint8Array) => {
  const reading = readCertificates(input);
  return { fingerprints: listFingerprints(reading), problems: reading.problems };
};
const only = (...certificates: { der: Uint8Array }[]) => ({
  fingerprints: certificates.map(fingerprintOf),
  problems: [],
});

describe("readCertificates", () => {
  it("reads PEM and DER, one or several, in their order", () => {
    expect(read(root.pem)).toEqual(only(root));
    expect(read(other.pem + root.pem + third.pem)).toEqual(only(other, root, third));
    expect(read(root.der)).toEqual(only(root));
    expect(read(Buffer.concat([root.der, other.der]))).toEqual(only(root, other));
    expect(read(Buffer.from(root.pem))).toEqual(only(root));
  });

  it("gives PEM that is always written alike", () => {
    const [found] = readCertificates(root.der).found;
    expect(found?.certificate.pem).toBe(root.pem);
  });

  it.each([
    ["no line end at the end", root.pem.trimEnd()],
    ["indented, as in YAML", root.pem.replaceAll(/^/gm, "    ")],
    ["all on one line", root.pem.replaceAll("\n", " ")],
    ["line ends as in JSON", root.pem.replaceAll("\n", "\\n")],
    ["a list in JSON around it", JSON.stringify([root.pem], null, 2)],
    ["slashes as in JSON", root.pem.replaceAll("/", "\\/")],
    ["a byte order mark before it", `\ufeff${root.pem}`],
    ["spaces at the ends of lines, one of them not breaking", root.pem.replaceAll("\n", " \u00a0\n")],
    ["an old label", root.pem.replaceAll("CERTIFICATE", "X509 CERTIFICATE")],
  ])("reads PEM with %s", (_how, text) => {
    expect(read(text)).toEqual(only(root));
  });

  it.each([
    ["CRLF", root.pem.replaceAll("\n", "\r\n"), 1],
    ["CR", root.pem.replaceAll("\n", "\r"), 1],
    [
      "CRLF from the second on",
      `${other.pem}${root.pem.replaceAll("\n", "\r\n")}`,
      other.pem.split("\n").length,
    ],
  ])("reads PEM with %s, and says so", (_how, text, line) => {
    const { found, problems } = readCertificates(text);
    expect(found.map(({ certificate }) => certificate.pem)).toContain(root.pem);
    expect(problems).toEqual([{ code: "carriage-returns", line }]);
  });

  it("reads UTF-16 as Windows writes it", () => {
    expect(read(Buffer.from(`\ufeff${root.pem}`, "utf16le"))).toEqual(only(root));
    expect(read(Buffer.from(`\ufeff${root.pem}`, "utf16le").swap16())).toEqual(only(root));
  });

  it("says where text stands that is no certificate, and not what it says", () => {
    const text = `Certificate chain\n 0 s:CN = Root\n\n${root.pem}\nverify me at secret-place\n${other.pem}`;
    const lines = root.pem.split("\n").length - 1;
    const { fingerprints, problems } = read(text);
    expect(fingerprints).toEqual([root, other].map(fingerprintOf));
    expect(problems).toEqual([
      { code: "stray-text", line: 1, lastLine: 2 },
      { code: "stray-text", line: 5 + lines, lastLine: 5 + lines },
    ]);
    expect(JSON.stringify(problems)).not.toContain("secret-place");
  });

  it("takes a certificate once and tells where it stands again", () => {
    const { fingerprints, problems } = read(root.pem + other.pem + root.pem);
    const perBlock = root.pem.split("\n").length - 1;
    const otherLines = other.pem.split("\n").length - 1;
    expect(fingerprints).toEqual([root, other].map(fingerprintOf));
    const line = perBlock + otherLines + 1;
    expect(problems).toEqual([{ code: "duplicate", line, firstLine: 1, fingerprint: fingerprintOf(root) }]);
  });

  it("names the line where base64 is damaged", () => {
    const lines = root.pem.split("\n");
    const broken = lines.with(3, `${lines[3]?.slice(0, 20)}€${lines[3]?.slice(20)}`).join("\n");
    expect(read(other.pem + broken)).toEqual({
      fingerprints: [fingerprintOf(other)],
      problems: [
        {
          code: "base64-damaged",
          line: other.pem.split("\n").length + 3,
          blockLine: other.pem.split("\n").length,
        },
      ],
    });
    const short = lines.with(-3, (lines.at(-3) ?? "").replace(/=*$/, "").slice(0, -1)).join("\n");
    expect(read(short).problems[0]).toMatchObject({ code: "base64-damaged", line: lines.length - 2 });
  });

  it("tells a certificate that lacks a line from one that is none", () => {
    const lines = root.pem.split("\n");
    expect(read(lines.toSpliced(2, 1).join("\n")).problems).toEqual([
      { code: "certificate-damaged", line: 1 },
      { code: "no-certificate-found" },
    ]);
    expect(read(formatPem("CERTIFICATE", Buffer.from("a picture"))).problems[0]).toEqual({
      code: "certificate-damaged",
      line: 1,
    });
    expect(read(formatPem("CERTIFICATE", Buffer.concat([root.der, Buffer.of(0)]))).problems[0]).toEqual({
      code: "certificate-damaged",
      line: 1,
    });
    expect(read(root.der.subarray(0, 100)).fingerprints).toEqual([]);
  });

  it("names blocks that do not begin or end", () => {
    const lines = root.pem.trimEnd().split("\n");
    const headless = lines.slice(1).join("\n");
    const endless = lines.slice(0, -1).join("\n");
    expect(read(endless).problems[0]).toEqual({ code: "block-unfinished", line: 1 });
    expect(read(`${endless}\n${other.pem}`)).toMatchObject({
      fingerprints: [fingerprintOf(other)],
      problems: [{ code: "block-unfinished", line: 1 }],
    });
    expect(read(headless).problems).toMatchObject([
      { code: "stray-text", line: 1 },
      { code: "block-without-begin", line: lines.length - 1 },
      { code: "no-certificate-found" },
    ]);
    expect(read(root.pem.replace("END CERTIFICATE", "END PKCS7")).problems[0]).toEqual({
      code: "labels-differ",
      line: 1,
      endLine: lines.length,
    });
  });

  it("reads base64 of a text or file, once or twice, and says so", () => {
    const once = Buffer.from(root.pem + other.pem).toString("base64");
    const twice = Buffer.from(`${once}\n`).toString("base64");
    const both = [root, other].map(fingerprintOf);
    expect(read(once)).toEqual({
      fingerprints: both,
      problems: [{ code: "base64-wrapped", times: 1, line: null }],
    });
    expect(read(twice)).toEqual({
      fingerprints: both,
      problems: [
        { code: "base64-wrapped", times: 1, line: null },
        { code: "base64-wrapped", times: 2, line: null },
      ],
    });
    const bare = Buffer.from(root.der).toString("base64");
    expect(read(bare)).toMatchObject({ fingerprints: [fingerprintOf(root)] });
    expect(read("test").problems).toEqual([
      { code: "stray-text", line: 1, lastLine: 1 },
      { code: "no-certificate-found" },
    ]);
  });

  it("reads what Kubernetes' objects hold", () => {
    const once = Buffer.from(root.pem).toString("base64");
    const twice = Buffer.from(Buffer.from(other.pem).toString("base64")).toString("base64");
    const yaml = `spec:\n  trust:\n    additionalTrustedCAs:\n    - name: lab\n      data: ${once}\n    - data: "${twice}"\n`;
    expect(read(yaml)).toEqual({
      fingerprints: [root, other].map(fingerprintOf),
      problems: [
        { code: "stray-text", line: 1, lastLine: 6 },
        { code: "base64-wrapped", times: 1, line: 5 },
        { code: "base64-wrapped", times: 2, line: 6 },
      ],
    });
    expect(readCertificates(yaml).found.map(({ line }) => line)).toEqual([5, 6]);
  });

  it("names markers whose hyphens are gone", () => {
    const dashed = root.pem.replaceAll("-----", "\u2014\u2014-");
    const lines = root.pem.trimEnd().split("\n").length;
    expect(read(dashed).problems).toEqual([
      { code: "marker-damaged", line: 1 },
      { code: "marker-damaged", line: lines },
      { code: "stray-text", line: 1, lastLine: lines },
      { code: "no-certificate-found" },
    ]);
    expect(read(root.pem.replace("-----BEGIN", "----BEGIN")).problems).toContainEqual({
      code: "marker-damaged",
      line: 1,
    });
  });

  it("says what is too much", () => {
    const text = root.pem + other.pem + third.pem;
    const few = readCertificates(text, { certificates: 2 });
    expect(listFingerprints(few)).toEqual([root, other].map(fingerprintOf));
    expect(few.problems).toEqual([{ code: "too-many-certificates", limit: 2 }]);
    expect(readCertificates(text, { sizeBytes: 100 })).toEqual({
      found: [],
      problems: [{ code: "input-too-large", sizeBytes: text.length, limitBytes: 100 }],
    });
    const noise = readCertificates("-----END CERTIFICATE-----\n".repeat(5_000));
    expect(noise.problems.length).toBeLessThan(200);
    expect(noise.problems).toContainEqual({ code: "too-many-problems", limit: 100 });
  });

  it("says that there is nothing", () => {
    for (const blank of ["", " \r\n\t", Buffer.alloc(0)]) {
      expect(read(blank).problems).toEqual([{ code: "input-empty" }]);
    }
  });
});

describe("readCertificates, whatever comes", () => {
  const codes = Object.keys(readingProblemSeverities);
  const pieces = fc.oneof(
    fc.constantFrom(root.pem, other.pem, "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----\r\n"),
    fc.constantFrom("-----BEGIN PKCS7-----", "-----", "\\n", "0\u0082", "MIIB", "====", "\r", "\n"),
    fc.string({ maxLength: 40 }),
    fc.base64String({ maxLength: 200 }),
  );

  it("throws nothing and knows all its codes", () => {
    const check = (input: string | Uint8Array) => {
      const { found, problems } = readCertificates(input);
      expect(codes).toEqual(expect.arrayContaining(problems.map(({ code }) => code)));
      // Whatever is not complete is told.
      if (found.length === 0) expect(problems).not.toEqual([]);
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), check));
    fc.assert(fc.property(fc.array(pieces, { maxLength: 12 }), (list) => check(list.join(""))));
    const damaged = fc
      .tuple(fc.nat(root.der.byteLength - 1), fc.nat(255), fc.nat(root.der.byteLength))
      .map(([at, octet, end]) => root.der.with(at, octet).subarray(0, end));
    fc.assert(fc.property(damaged, check));
    fc.assert(fc.property(damaged, (der) => check(formatPem("CERTIFICATE", der))));
  });

  it("keeps the order of what is put behind each other", () => {
    const many = fc.shuffledSubarray([root, other, third], { minLength: 1 });
    const between = fc.constantFrom("", "\n", "\r\n\r\n", "# a comment\n", "  ");
    fc.assert(
      fc.property(many, between, (list, gap) => {
        const reading = readCertificates(list.map(({ pem }) => pem).join(gap));
        expect(listFingerprints(reading)).toEqual(list.map(fingerprintOf));
      }),
    );
  });

  it("reads CRLF as it reads LF", () => {
    const text = fc.array(pieces, { maxLength: 12 }).map((list) => list.join("\n").replaceAll("\r", ""));
    fc.assert(
      fc.property(text, (lf) => {
        const [left, right] = [read(lf), read(lf.replaceAll("\n", "\r\n"))];
        const others = right.problems.filter(({ code }) => code !== "carriage-returns");
        expect({ ...right, problems: others }).toEqual(left);
      }),
    );
  });
});
