import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { provenCodes } from "#lib/testing/doctor/proven-codes.ts";
import {
  codesOf,
  FindingRecorder,
  findingOf,
  problemsOf,
  skippedAt,
} from "#lib/testing/doctor/record-findings.ts";
import { startProxy } from "#lib/testing/doctor/start-proxy.ts";
import { issueCertificate } from "#lib/testing/issue-certificate.ts";
import { createLoopbackServers } from "#lib/testing/loopback-servers.ts";
import { startMemoryRegistry, type MemoryRegistry } from "#lib/testing/memory-registry/memory-registry.ts";

const root = issueCertificate({ ca: true, keyUsage: ["keyCertSign"], subject: "Lab Root" });
const leaf = issueCertificate({ subject: "registry", names: ["registry.test", "127.0.0.1"], issuer: root });
const trust = { panel: [root], cluster: [root] };
const servers = createLoopbackServers();
const recorder = new FindingRecorder();
/** A name that the proxy alone knows. */
const registry = "registry.test:8443";
let secure: MemoryRegistry;
let plain: MemoryRegistry;

beforeAll(async () => {
  secure = await startMemoryRegistry({ tls: { cert: leaf.pem, key: leaf.keyPem } });
  plain = await startMemoryRegistry();
});
afterAll(async () => {
  await Promise.all([servers.close(), secure.stop(), plain.stop()]);
});

const startNaming = () => startProxy(servers, { names: { [registry]: secure.host } });

describe("a proxy", () => {
  it("is the way to a registry whose name it alone knows", async () => {
    const proxy = await startNaming();
    const findings = await recorder.walk({ registry, trust, proxy: { url: `http://${proxy}` } });
    expect(problemsOf(findings)).toEqual([]);
    expect(findingOf(findings, "dns-left-to-proxy").facts).toEqual({ host: "registry.test", proxy });
    expect(skippedAt(findings, "reach")).toEqual({ by: null, reason: "not-needed" });
    expect(findingOf(findings, "proxy-tunnel-opened").facts).toEqual({ host: "registry.test", proxy });
    expect(codesOf(findings, "trust")).toEqual(["trust-accepted", "trust-accepted"]);
    expect(codesOf(findings, "api")).toEqual(["api-answered"]);
  });

  it("is spoken to by TLS where its certificate is trusted", async () => {
    const proxy = await startProxy(servers, { certificate: leaf, names: { [registry]: secure.host } });
    const asked = { registry, proxy: { url: `https://${proxy}` } };
    expect(problemsOf(await recorder.walk({ ...asked, trust }))).toEqual([]);
    const untrusted = await recorder.walk({ ...asked, trust: { cluster: [root] } });
    expect(problemsOf(untrusted)).toEqual(["proxy-tls-failed"]);
    expect(skippedAt(untrusted, "protocol")).toEqual({ by: "proxy", reason: "failed" });
  });

  it("forwards plain HTTP", async () => {
    const proxy = await startProxy(servers, { names: { "registry.test:5000": plain.host } });
    const asked = { registry: "registry.test:5000", plainHttp: true, proxy: { url: `http://${proxy}` } };
    const findings = await recorder.walk(asked);
    expect(codesOf(findings, "protocol")).toEqual(["protocol-plain-http-wanted"]);
    expect(codesOf(findings, "api")).toEqual(["api-answered"]);
    const wanting = await startProxy(servers, { credentials: "a:b" });
    const refused = await recorder.walk({ ...asked, proxy: { url: `http://${wanting}` } });
    expect(problemsOf(refused)).toEqual(["proxy-unauthorized"]);
  });

  it("is passed by where its rules say so", async () => {
    const proxy = { url: "http://127.0.0.1:1", noProxy: ["127.0.0.0/8"] };
    const findings = await recorder.walk({ registry: secure.host, trust, proxy });
    expect(findingOf(findings, "proxy-bypassed").facts).toEqual({ host: "127.0.0.1", proxy: "127.0.0.1:1" });
    expect(problemsOf(findings)).toEqual([]);
  });

  it.each([
    ["may refuse", { refuse: 403 }, "", "proxy-refused", { status: 403 }],
    ["may not reach the registry", {}, "", "proxy-refused", { status: 502 }],
    ["may want a sign-in", { credentials: "a:b" }, "", "proxy-unauthorized", { credentialsSent: false }],
    ["may not take one", { credentials: "a:b" }, "a:c@", "proxy-unauthorized", { credentialsSent: true }],
  ] as const)("%s", async (_how, behaviour, user, code, facts) => {
    const proxy = await startProxy(servers, { names: { "registry.test:443": "127.0.0.1:1" }, ...behaviour });
    const asked = { registry: "registry.test", proxy: { url: `http://${user}${proxy}` } };
    const findings = await recorder.walk({ ...asked, cloudDirector: "registry.test" });
    expect(codesOf(findings, "proxy")).toEqual([code]);
    expect(findingOf(findings, code).facts).toMatchObject({ proxy, ...facts });
    expect(skippedAt(findings, "images")).toEqual({ by: "proxy", reason: "failed" });
    // Cloud Director is behind it, too.
    expect(codesOf(findings, "cloud-director")).toEqual(["dns-left-to-proxy", code]);
    expect(JSON.stringify(findings)).not.toContain("a:c");
  });

  it.each([
    ["closed", "http://127.0.0.1:1", "proxy-unreachable"],
    ["without a name", "http://proxy.invalid:3128", "proxy-unreachable"],
    ["no address", "proxy:3128", "proxy-invalid"],
    ["no text", "", "proxy-invalid"],
  ])("may be %s", async (_what, url, code) => {
    const findings = await recorder.walk({ registry: "registry.test", proxy: { url } });
    expect(problemsOf(findings)).toEqual([code]);
  });
});

it("has shown all codes that this file is there for", () => {
  expect([...recorder.seen]).toEqual(expect.arrayContaining([...provenCodes.proxy]));
});
