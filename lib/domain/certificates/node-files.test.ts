import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { issueCertificate } from "#lib/testing/issue-certificate.ts";
import { Certificate } from "./certificate.ts";
import {
  encodeForField,
  findTanzuFile,
  findTkgFile,
  findTkgRegistryFile,
  isCrowded,
  listCseFiles,
  listNodeChecks,
  trustEncodings,
  type TrustField,
} from "./node-files.ts";
import { readCertificates } from "./read-certificates.ts";
import { findTrustNameProblem, suggestTrustName } from "./trust-name.ts";

function parse(subject: string | readonly string[]): Certificate {
  const certificate = Certificate.parse(issueCertificate({ subject, ca: true }).der);
  if (certificate === null) throw new Error("a test certificate that cannot be read");
  return certificate;
}

const [one, two] = [parse("One"), parse("Two")] as const;

describe("files on nodes", () => {
  it("are numbered from 0 by Container Service Extension", () => {
    const files = listCseFiles([one, two]);
    expect(files).toEqual([
      {
        writtenTo: "/etc/ssl/certs/custom_certificate_0.crt",
        foundAt: [{ system: "ubuntu", path: "/usr/local/share/ca-certificates/custom_certificate_0.crt" }],
        fingerprints: [one.fingerprint],
      },
      {
        writtenTo: "/etc/ssl/certs/custom_certificate_1.crt",
        foundAt: [{ system: "ubuntu", path: "/usr/local/share/ca-certificates/custom_certificate_1.crt" }],
        fingerprints: [two.fingerprint],
      },
    ]);
    expect(files.some(isCrowded)).toBe(false);
    expect(listCseFiles([])).toEqual([]);
  });

  it("have the certificate's name in vSphere with Tanzu", () => {
    const file = findTanzuFile("harbor-lab", one);
    expect(file).toEqual({
      writtenTo: "/etc/ssl/certs/tkg-harbor-lab.pem",
      foundAt: [{ system: "any", path: "/etc/ssl/certs/tkg-harbor-lab.pem" }],
      fingerprints: [one.fingerprint],
    });
    expect(file && listNodeChecks(file)).toEqual([
      "ls -l /etc/ssl/certs/tkg-harbor-lab.pem",
      "openssl x509 -noout -subject -enddate -fingerprint -sha256 -in /etc/ssl/certs/tkg-harbor-lab.pem",
    ]);
    expect(findTanzuFile("../../x", one)).toBeNull();
  });

  it("are one for all in Tanzu Kubernetes Grid, moved on Ubuntu", () => {
    const file = findTkgFile([one, two]);
    expect(file).toMatchObject({
      writtenTo: "/etc/ssl/certs/tkg-custom-ca.pem",
      foundAt: [
        { system: "photon", path: "/etc/ssl/certs/tkg-custom-ca.pem" },
        { system: "ubuntu", path: "/usr/local/share/ca-certificates/tkg-custom-ca.crt" },
      ],
      fingerprints: [one.fingerprint, two.fingerprint],
    });
    expect(file && isCrowded(file)).toBe(true);
    const single = findTkgFile([one]);
    expect(single && isCrowded(single)).toBe(false);
    expect(findTkgFile([])).toBeNull();
  });

  it("are containerd's alone for a registry of Tanzu Kubernetes Grid", () => {
    const file = findTkgRegistryFile("registry.example.com:5000/base/tkg", [one]);
    expect(file?.writtenTo).toBe("/etc/containerd/registry.example.com:5000.crt");
    for (const wrong of ["", "/tkg", "a b/tkg", "..$(x)", "https://registry.example.com"]) {
      expect(findTkgRegistryFile(wrong, [one])?.writtenTo ?? null).toBeNull();
    }
    expect(findTkgRegistryFile("registry.example.com", [])).toBeNull();
  });
});

describe("fields for certificates", () => {
  it("want none, one or two layers of base64", () => {
    const fields = Object.keys(trustEncodings) as TrustField[];
    for (const field of fields) {
      const text = encodeForField([one, two], field);
      const { found, problems } = readCertificates(text);
      expect(found.map(({ certificate }) => certificate.fingerprint)).toEqual([
        one.fingerprint,
        two.fingerprint,
      ]);
      const layers = { pem: 0, base64: 1, "base64-twice": 2 }[trustEncodings[field]];
      expect(problems).toHaveLength(layers);
      expect(text.includes("\n")).toBe(layers === 0);
    }
    expect(encodeForField([one], "cse")).toBe(one.pem);
    expect(Buffer.from(encodeForField([one], "tkg-variable"), "base64").toString()).toBe(one.pem);
  });
});

describe("names of trusted certificates", () => {
  it.each([
    ["harbor-lab_1.CA", null],
    ["", "trust-name-empty"],
    ["harbor lab", "trust-name-characters"],
    ["하버", "trust-name-characters"],
    ["a/b", "trust-name-characters"],
    ["x".repeat(247), null],
    ["x".repeat(248), "trust-name-too-long"],
    ["taken", "trust-name-taken"],
    ["Taken", null],
  ])("judges %j", (name, code) => {
    expect(findTrustNameProblem(name, ["taken"])?.code ?? null).toBe(code);
  });

  it("tells which characters are wrong, each once", () => {
    expect(findTrustNameProblem("a b/c d💥")).toEqual({
      code: "trust-name-characters",
      characters: " /💥",
    });
  });

  it.each([
    ["Harbor Lab CA", "harbor-lab-ca"],
    ["Zürich / Überall", "zurich-uberall"],
    ["...", null],
    ["하버 인증 기관", null],
  ])("suggests for %s", (commonName, name) => {
    const certificate = parse(commonName);
    expect(suggestTrustName(certificate)).toBe(name ?? `ca-${certificate.fingerprint.slice(0, 12)}`);
  });

  it("suggests the organization, or a number behind, where a name says nothing or is taken", () => {
    expect(suggestTrustName(parse(["O=Example, Inc.", "CN=인증"]))).toBe("example-inc");
    expect(suggestTrustName(one, ["one", "one-2"])).toBe("one-3");
  });

  it("suggests only what may be used", () => {
    const text = fc
      .array(fc.constantFrom("a", "Z", ".", "-", "_", " ", "/", "é", "ß", "가", "💥", "\0", "\u0301"), {
        maxLength: 12,
      })
      .map((characters) => characters.join(""));
    const names = fc.array(fc.constantFrom("a", "a-2", "b"), { maxLength: 3 });
    fc.assert(
      fc.property(fc.oneof(text, fc.constantFrom("a".repeat(300), "A")), names, (commonName, taken) => {
        expect(findTrustNameProblem(suggestTrustName(parse(commonName), taken), taken)).toBeNull();
      }),
      { numRuns: 50 },
    );
  });
});
