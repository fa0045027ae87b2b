import { describe, expect, it } from "vitest";
import { createRegistryInput, type RegistryFields } from "./registries.ts";
import { formatMebibytes } from "./registry-extras.ts";

const plain = {
  name: "ours",
  host: "harbor.example.com",
  tlsMode: "verify",
  caPem: "",
  username: "",
} as const;
const parse = (change: Partial<RegistryFields>) =>
  createRegistryInput.safeParse({ ...plain, password: "", description: "", organizationId: null, ...change });
const pem = (kind: string) => `-----BEGIN ${kind}-----\nQUJD\n-----END ${kind}-----`;

describe("what few registries need", () => {
  it("may all be left out", () => {
    expect(parse({}).data).toMatchObject({
      ...{ clientCertPem: "", clientKeyPem: "", proxyUrl: "", proxyUsername: "", proxyPassword: "" },
      ...{ noProxy: [], requestsPerSecond: null, bytesPerSecond: null },
    });
  });

  it("is read from what a person writes", () => {
    const proxy = { proxyUrl: "http://proxy.example.com:3128/", proxyUsername: "me", proxyPassword: "x" };
    const given = { ...proxy, noProxy: "localhost, .example.com\n10.0.0.0/8 [fd00::1]:5000" };
    expect(parse({ ...given, requestsPerSecond: " 2.5 ", bytesPerSecond: "0.5" }).data).toMatchObject({
      ...proxy,
      noProxy: ["localhost", ".example.com", "10.0.0.0/8", "[fd00::1]:5000"],
      ...{ requestsPerSecond: 2.5, bytesPerSecond: 524_288 },
    });
    expect(formatMebibytes(524_288)).toBe("0.5");
    expect(formatMebibytes(null)).toBe("");
  });

  it.each<[keyof RegistryFields, string, string, Partial<RegistryFields>?]>([
    ["clientCertPem", "not PEM", "pem-format"],
    ["clientCertPem", pem("PRIVATE KEY"), "pem-private-key"],
    ["clientCertPem", "", "required", { clientKeyPem: pem("PRIVATE KEY") }],
    ["clientKeyPem", "not PEM", "key-format"],
    ["clientKeyPem", pem("CERTIFICATE"), "key-format"],
    ["clientKeyPem", pem("ENCRYPTED PRIVATE KEY"), "key-encrypted"],
    ["proxyUrl", "proxy.example.com:3128", "proxy-format"],
    ["proxyUrl", "socks5://proxy.example.com", "proxy-format"],
    ["proxyUrl", "http://proxy.example.com/path", "proxy-format"],
    ["proxyUrl", "http://me:secret@proxy.example.com", "proxy-has-credentials"],
    ["proxyUrl", "", "required", { noProxy: "localhost" }],
    ["proxyUsername", "", "password-without-username", { proxyUrl: "http://proxy", proxyPassword: "x" }],
    ["noProxy", "a host|b", "no-proxy-format", { proxyUrl: "http://proxy" }],
    ["requestsPerSecond", "0", "rate-format"],
    ["requestsPerSecond", "fast", "rate-format"],
    ["bytesPerSecond", "-1", "rate-format"],
  ])("says of %s %j: %s", (field, text, problem, others = {}) => {
    const issues = parse({ ...others, [field]: text }).error?.issues;
    expect(issues?.map(({ path, message }) => [path[0], message])).toContainEqual([field, problem]);
  });
});
