import { expect, it } from "vitest";
import { issueCertificate } from "#lib/testing/issue-certificate.ts";
import { Certificate } from "./certificate.ts";
import { listServerNames, matchesHost, normalizeHost } from "./match-host.ts";

function parse(names: readonly string[]): Certificate {
  const certificate = Certificate.parse(issueCertificate({ subject: "cn.test", names }).der);
  if (certificate === null) throw new Error("a test certificate that cannot be read");
  return certificate;
}

const names = ["a.test", "*.b.test", "*.lan", "10.0.0.1", "fd00::1", "xn--9d0bm53a.kr"];
const certificate = parse(names);

it.each([
  ["a.test", true],
  ["A.Test.", true],
  ["x.a.test", false],
  ["x.b.test", true],
  ["b.test", false],
  ["x.y.b.test", false],
  [".b.test", false],
  ["10.0.0.1", true],
  ["10.0.0.2", false],
  ["fd00::1", true],
  ["[FD00:0:0::1]", true],
  ["::ffff:10.0.0.1", true],
  ["한글.kr", false],
  ["xn--9d0bm53a.kr", true],
  ["cn.test", false],
  ["", false],
])("lets the names be those of %s: %s", (host, matches) => {
  expect(matchesHost(certificate, host, "go")).toBe(matches);
  expect(matchesHost(certificate, host, "openssl")).toBe(matches);
});

it("reads international names", () => {
  const korean = normalizeHost("레지스트리.한국");
  expect(korean).toMatch(/^xn--[a-z0-9]+\.xn--3e0b707e$/);
  expect(matchesHost(parse([korean]), "레지스트리.한국", "go")).toBe(true);
});

it("differs where the verifiers do", () => {
  expect(matchesHost(certificate, "x.lan", "go")).toBe(true);
  expect(matchesHost(certificate, "x.lan", "openssl")).toBe(false);
  expect(matchesHost(parse([]), "cn.test", "go")).toBe(false);
  expect(matchesHost(parse([]), "cn.test", "openssl")).toBe(true);
  expect(matchesHost(parse(["10.0.0.1"]), "cn.test", "openssl")).toBe(true);
  expect(matchesHost(parse(["cn.test.example"]), "cn.test", "openssl")).toBe(false);
});

it("lists the names of a server", () => {
  expect(listServerNames(certificate)).toEqual([
    ...names.filter((name) => name.includes(".") && !/^\d/.test(name)),
    "10.0.0.1",
    "fd00::1",
  ]);
});
