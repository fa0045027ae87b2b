import type { RequestListener } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { askOpenssl } from "#lib/testing/doctor/ask-openssl.ts";
import {
  type AskedWalk,
  codesOf,
  FindingRecorder,
  findingOf,
  problemsOf,
  skippedAt,
} from "#lib/testing/doctor/record-findings.ts";
import { provenCodes } from "#lib/testing/doctor/proven-codes.ts";
import { startHarborRegistry } from "#lib/testing/harbor-registry.ts";
import { issueCertificate } from "#lib/testing/issue-certificate.ts";
import { createLoopbackServers } from "#lib/testing/loopback-servers.ts";
import {
  startMemoryRegistry,
  type MemoryRegistry,
  type MemoryRegistryOptions,
} from "#lib/testing/memory-registry/memory-registry.ts";
import { startRegistry } from "#lib/testing/registry-server.ts";
import { listCommonAuthorities } from "../certificates/common-authorities.ts";

const root = issueCertificate({ ca: true, keyUsage: ["keyCertSign"], subject: "Lab Root" });
const leaf = issueCertificate({ subject: "localhost", names: ["localhost", "127.0.0.1"], issuer: root });
const tls = { cert: leaf.pem, key: leaf.keyPem };
const account = { username: "robot", password: "not:simple" };
const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, config: {}, layers: [] }));
const manifestType = "application/vnd.oci.image.manifest.v1+json";
const known = ["tkg/tkr-compatibility", "vmware-cloud-director/cloud-provider-for-cloud-director"] as const;
const inventory = "tanzu_cli/plugins/plugin-inventory";

const servers = createLoopbackServers();
const recorder = new FindingRecorder();
const registries: MemoryRegistry[] = [];
let open: MemoryRegistry;

async function start(options: MemoryRegistryOptions = {}): Promise<MemoryRegistry> {
  const registry = await startMemoryRegistry({ tls, ...options });
  registries.push(registry);
  for (const repository of known) await fill(registry, repository, "v1");
  await fill(registry, inventory, "latest");
  return registry;
}

const fill = (registry: MemoryRegistry, repository: string, tag: string) =>
  registry.putManifest(repository, manifest, manifestType, { tag });

const walk = (asked: Partial<AskedWalk> = {}) =>
  recorder.walk({ registry: open.host, trust: { panel: [root], cluster: [root] }, ...asked });

/** A server that answers all requests so. */
const answer = async (listener: RequestListener) => new URL(await servers.serveTls(tls, listener)).host;

beforeAll(async () => {
  // Read once in a process, which takes longer than the time of some walks here.
  for (const where of ["nodes", "panel"] as const) listCommonAuthorities(where);
  open = await start();
});
beforeEach(() => open.faults.clear());
afterAll(async () => {
  await Promise.all([servers.close(), ...registries.map((each) => each.stop())]);
});

describe("registry API", () => {
  it.each([
    ["a page", 200, { "content-type": "text/html" }, "api-not-a-registry"],
    ["nothing there", 404, {}, "api-not-a-registry"],
    ["a failure", 502, { "content-type": "text/html" }, "api-failed"],
    ["a refusal", 403, { "content-type": "text/html" }, "api-refused"],
    ["a redirect to plain HTTP", 301, { location: "http://localhost/" }, "api-unreachable"],
  ])("tells %s", async (_name, status, headers, code) => {
    const registry = await answer((_request, response) => response.writeHead(status, headers).end("<html>"));
    const findings = await walk({ registry });
    expect(problemsOf(findings)).toEqual([code]);
    expect(skippedAt(findings, "images")).toEqual({ by: "api", reason: "failed" });
    // Whatever answers has a clock.
    expect(codesOf(findings, "clock")).toEqual(code === "api-unreachable" ? [] : ["clock-agrees"]);
  });

  it("tells a limit of requests, which is no problem by itself", async () => {
    open.faults.add({ match: { path: /^\/v2\/$/ }, action: { kind: "rate-limit", retryAfter: 7 } });
    const findings = await walk();
    expect(findingOf(findings, "api-rate-limited").facts.retryAfterMs).toBe(7_000);
    expect(problemsOf(findings)).toEqual([]);
  });

  it("tells a redirect elsewhere, to a registry and to a page", async () => {
    const elsewhere = (path: string) => (url: string) =>
      answer((_request, response) => {
        response.writeHead(307, { location: `${url}${path}?secret=1` }).end();
      });
    const registry = await elsewhere("/v2/")(`https://${open.host}`);
    const redirected = await walk({ registry });
    expect(findingOf(redirected, "api-redirected").facts.location).toBe(`https://${open.host}/v2/`);
    const page = await answer((_request, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("sign in");
    });
    const lost = await walk({ registry: await elsewhere("/login")(`https://${page}`) });
    expect(problemsOf(lost)).toEqual(["api-not-a-registry"]);
    expect(findingOf(lost, "api-not-a-registry").facts.location).toBe(`https://${page}/login`);
    expect(JSON.stringify([redirected, lost])).not.toContain("secret");
  });
});

describe("signing in", () => {
  /** A registry that refuses all by this challenge. */
  const refuse = (challenge: string | null) =>
    answer((_request, response) => {
      const headers = challenge === null ? {} : { "www-authenticate": challenge };
      response.writeHead(401, { ...headers, "content-type": "text/html" }).end("no");
    });

  it("is fine as long as tokens are given to everybody", async () => {
    const registry = await start({ auth: { scheme: "bearer", ...account, anonymousPull: true } });
    const findings = await walk({ registry: registry.host, credentials: account });
    expect(problemsOf(findings)).toEqual([]);
    expect(findingOf(findings, "authentication-anonymous-token").facts).toEqual({
      realm: `https://${registry.host}/token`,
      service: "memory-registry",
    });
    expect(codesOf(findings, "images")).toEqual(["image-pulled", "image-pulled", "image-pulled"]);
    expect(codesOf(findings, "push")).toEqual(["push-allowed"]);
    expect(registry.uploadCount()).toBe(0);
    expect(registry.listRepositories()).toHaveLength(3);
  });

  it("is told where tokens are given that let nobody pull", async () => {
    const registry = await start({ auth: { scheme: "bearer", ...account } });
    const findings = await walk({ registry: registry.host });
    expect(codesOf(findings, "authentication")).toEqual(["authentication-anonymous-token"]);
    expect(codesOf(findings, "images")).toEqual([
      "image-wants-credentials",
      "image-wants-credentials",
      "image-wants-credentials",
    ]);
    expect(findingOf(findings, "inventory-failed").facts).toMatchObject({
      failure: "unauthorized",
      status: 401,
    });
  });

  it("is told where a password is wanted, and no password is shown for it", async () => {
    const registry = await start({ auth: { scheme: "basic", ...account } });
    const findings = await walk({ registry: registry.host, credentials: account });
    expect(findingOf(findings, "authentication-basic-wanted").facts.realm).toBe("registry");
    expect(codesOf(findings, "images")[0]).toBe("image-wants-credentials");
    expect(codesOf(findings, "push")).toEqual(["push-allowed"]);
    // The password is for pushing alone.
    const signed = registry.requests().filter(({ authorizationScheme }) => authorizationScheme !== null);
    expect(new Set(signed.map(({ kind }) => kind))).toEqual(new Set(["start-upload", "cancel-upload"]));
  });

  it("is told where a token server gives nothing", async () => {
    const denying = await answer((_request, response) => response.writeHead(403).end());
    const findings = await walk({
      registry: await refuse(`Bearer realm="https://u:p@${denying}/t?x=1",service="s"`),
    });
    expect(problemsOf(findings)).toEqual(["authentication-token-refused"]);
    expect(findingOf(findings, "authentication-token-refused").facts).toEqual({
      realm: `https://${denying}/t`,
      service: "s",
      status: 403,
    });
    expect(skippedAt(findings, "images")).toEqual({ by: "authentication", reason: "failed" });
  });

  it.each([
    ["is closed", "https://127.0.0.1:1/token", "connection-refused"],
    ["would be asked in clear", "http://127.0.0.1:1/token", "redirect-refused"],
  ])("is told where the token server %s", async (_how, realm, failure) => {
    const findings = await walk({ registry: await refuse(`Bearer realm="${realm}"`) });
    expect(problemsOf(findings)).toEqual(["authentication-token-unreachable"]);
    expect(findingOf(findings, "authentication-token-unreachable").facts).toMatchObject({ realm, failure });
  });

  it.each([
    ["Negotiate", ["negotiate"]],
    ['Bearer realm="nowhere"', ["bearer"]],
  ])("is told where it is another than registries have: %s", async (challenge, schemes) => {
    const findings = await walk({ registry: await refuse(challenge) });
    expect(findingOf(findings, "authentication-other-wanted").facts.schemes).toEqual(schemes);
  });
});

describe("images", () => {
  const tag = "v2";
  const repository = "tkg/pause";

  it("are those that are known to have been placed, held to what was placed", async () => {
    const digest = await fill(open, repository, tag);
    const gone = { repository: "tkg/etcd", tag };
    const other = `sha256:${"0".repeat(64)}`;
    const findings = await walk({
      expected: [gone, { repository, tag, digest: other }, { repository: "no name/at all", tag: "" }],
    });
    expect(codesOf(findings, "images").slice(0, 3)).toEqual([
      "image-missing",
      "image-pulled",
      "image-different",
    ]);
    expect(findingOf(findings, "image-missing").facts.image).toBe(`${open.host}/tkg/etcd:${tag}`);
    expect(findingOf(findings, "image-different").facts).toMatchObject({ expectedDigest: other, digest });
    const same = await walk({ expected: [{ repository, tag, digest }] });
    expect(problemsOf(same)).toEqual([]);
  });

  it("are looked for below the base, as far as names may be long", async () => {
    const findings = await walk({ registry: `${open.host}/not/there` });
    expect(codesOf(findings, "images")).toEqual(["images-none", "images-none", "images-none"]);
    expect(codesOf(findings, "plugin-inventory")).toEqual(["inventory-missing"]);
    const deep = await walk({ registry: `${open.host}/${"a".repeat(240)}`, credentials: account });
    expect(codesOf(deep, "images")).toEqual(["images-none", "images-none", "images-none"]);
    expect(codesOf(deep, "plugin-inventory")).toEqual(["inventory-failed"]);
    expect(codesOf(deep, "push")).toEqual(["push-failed", "push-failed", "push-failed"]);
  });

  const pulls = { kind: "get-manifest", repository: "tkg/tkr-compatibility" } as const;
  it.each([
    ["denied", { kind: "status", status: 403, code: "DENIED" }, "image-forbidden"],
    ["changed on the way", { kind: "wrong-bytes" }, "image-damaged"],
    ["not to be had", { kind: "status", status: 500 }, "image-failed"],
  ] as const)("are told to be %s", async (_how, action, code) => {
    open.faults.add({ match: pulls, action, times: Infinity });
    const findings = await walk();
    expect(problemsOf(findings)).toEqual([code]);
    expect(findings.find((each) => each.code === code)?.facts).toMatchObject({
      path: `${open.host}/tkg`,
      image: `${open.host}/tkg/tkr-compatibility:v1`,
    });
    expect(codesOf(findings, "images")).toEqual([code, "image-pulled", "image-pulled"]);
  });

  it("are not asked for any more once the registry wants a rest", async () => {
    open.faults.add({ match: { kind: "list-tags" }, action: { kind: "rate-limit", retryAfter: 60 } });
    const findings = await walk();
    expect(codesOf(findings, "images")).toEqual(["image-rate-limited"]);
    expect(findingOf(findings, "image-rate-limited").facts.image).toBe(`${open.host}/tkg/tkr-compatibility`);
    expect(skippedAt(findings, "plugin-inventory")).toEqual({ by: "images", reason: "failed" });
  });

  it("are not asked for any more, nor is the permission to push, while the registry is out of service", async () => {
    const action = { kind: "status", status: 503, headers: { "retry-after": "60" } } as const;
    for (const kind of ["list-tags", "start-upload"] as const) open.faults.add({ match: { kind }, action });
    const findings = await walk({ credentials: account, options: { totalTimeoutMs: 5_000 } });
    expect(codesOf(findings, "images")).toEqual(["image-failed"]);
    expect(codesOf(findings, "push")).toEqual(["push-failed"]);
    expect(skippedAt(findings, "plugin-inventory")).toEqual({ by: "images", reason: "failed" });
  });

  it("tell an inventory of plug-ins under another tag", async () => {
    const registry = await startMemoryRegistry({ tls });
    registries.push(registry);
    await fill(registry, inventory, "v1.5");
    const findings = await walk({ registry: registry.host });
    expect(findingOf(findings, "inventory-other-tags").facts.tags).toEqual(["v1.5"]);
    expect(codesOf(findings, "images")).toEqual(["images-none", "images-none", "images-none"]);
  });
});

describe("permission to push", () => {
  it("is told for each path", async () => {
    const registry = await start({
      auth: { scheme: "bearer", ...account, anonymousPull: true, permits: (name) => name.startsWith("tkg/") },
    });
    const findings = await walk({ registry: registry.host, credentials: account });
    const path = (folder: string) => `${registry.host}/${folder}`;
    expect(findings.filter(({ step }) => step === "push")).toMatchObject([
      { code: "push-forbidden", facts: { path: path("vmware-cloud-director"), status: 401 } },
      { code: "push-forbidden", facts: { path: path("tanzu_cli/plugins"), status: 401 } },
      { code: "push-allowed", facts: { paths: [path("tkg")] } },
    ]);
    const wrong = await walk({ registry: registry.host, credentials: { ...account, password: "wrong" } });
    expect(codesOf(wrong, "push")).toEqual(["push-credentials-refused"]);
    expect(registry.uploadCount()).toBe(0);
  });

  it.each([
    ["a wrong password", 401, "UNAUTHORIZED", ["push-credentials-refused"]],
    ["no right to push", 403, "DENIED", ["push-forbidden", "push-forbidden", "push-forbidden"]],
    ["a registry at rest", 405, "UNSUPPORTED", ["push-read-only", "push-read-only", "push-read-only"]],
    ["a failure", 500, undefined, ["push-failed", "push-failed", "push-failed"]],
  ] as const)("tells %s", async (_name, status, code, codes) => {
    const action = { kind: "status", status, ...(code && { code }) } as const;
    open.faults.add({ match: { kind: "start-upload" }, action, times: Infinity });
    expect(codesOf(await walk({ credentials: account }), "push")).toEqual(codes);
    expect(open.uploadCount()).toBe(0);
  });

  it("is not tried at a server that is not trusted", async () => {
    open.clearRequests();
    const findings = await walk({ trust: { cluster: [root] }, credentials: account });
    expect(skippedAt(findings, "push")).toEqual({ by: null, reason: "unverified" });
    expect(open.requests().filter(({ authorizationScheme }) => authorizationScheme !== null)).toEqual([]);
    expect(open.requests({ kind: "start-upload" })).toEqual([]);
  });
});

describe("Harbor", () => {
  const projects = [
    { name: "tkg", public: true },
    { name: "vmware-cloud-director", public: false },
  ];
  const accounts = [{ kind: "user", name: account.username, password: account.password } as const];

  it("tells missing projects and private ones, which it does only to who is signed in", async () => {
    const harbor = await startHarborRegistry({ projects, accounts });
    const asked = { registry: harbor.host, plainHttp: true };
    const anonymous = await walk(asked);
    expect(findingOf(anonymous, "harbor-projects-public").facts.projects).toEqual(["tkg"]);
    const hidden = anonymous.filter(({ code }) => code === "harbor-project-hidden");
    expect(hidden.map(({ facts }) => facts)).toEqual([
      { project: "vmware-cloud-director" },
      { project: "tanzu_cli" },
    ]);
    const signedIn = await walk({ ...asked, credentials: account });
    await harbor.stop();
    expect(findingOf(signedIn, "harbor-project-private").facts.project).toBe("vmware-cloud-director");
    expect(findingOf(signedIn, "harbor-project-missing").facts.project).toBe("tanzu_cli");
    expect(harbor.api.violations).toEqual([]);
  });

  it("tells a project that only fetches, a name that no project has, and that it could not be asked", async () => {
    const harbor = await startHarborRegistry({ projects: [{ name: "cache", public: true, registryId: 7 }] });
    const asked = { plainHttp: true };
    const cache = await walk({ ...asked, registry: `${harbor.host}/cache` });
    expect(codesOf(cache, "harbor")).toEqual(["harbor-projects-public", "harbor-project-proxy-cache"]);
    const refused = await walk({ ...asked, registry: `${harbor.host}/a__b` });
    expect(codesOf(refused, "harbor")).toEqual(["harbor-project-name-refused"]);
    harbor.api.befall(/systeminfo/, (_request, response) => response.writeHead(500).end());
    const failed = await walk({ ...asked, registry: harbor.host });
    await harbor.stop();
    expect(findingOf(failed, "harbor-failed").facts).toMatchObject({
      failure: "registry-failed",
      status: 500,
    });
  });
});

describe("what else is looked at", () => {
  it("is the room for bundles", async () => {
    const findings = await walk({
      disks: [
        { folder: "/large", freeBytes: 10 ** 12 },
        { folder: "/small", freeBytes: 10 ** 9 },
        { folder: "/enough", freeBytes: 10 ** 9, wantedBytes: 1 },
        { folder: "/gone", freeBytes: null },
      ],
    });
    expect(codesOf(findings, "disk")).toEqual(["disk-enough", "disk-short", "disk-enough", "disk-unknown"]);
    expect(findingOf(findings, "disk-short").facts.wantedBytes).toBe(50_000_000_000);
  });
});

describe("Debian's registry behind TLS with a private authority", () => {
  it("is walked to the end with the authority, and told to lack it without, as openssl says", async () => {
    const registry = await startRegistry({ tls, htpasswd: account });
    try {
      const trusted = await walk({ registry: registry.host, credentials: account });
      expect(codesOf(trusted, "trust")).toEqual(["trust-accepted", "trust-accepted"]);
      expect(problemsOf(trusted)).toEqual([
        "authentication-basic-wanted",
        "image-wants-credentials",
        "image-wants-credentials",
        "image-wants-credentials",
      ]);
      expect(codesOf(trusted, "push")).toEqual(["push-allowed"]);
      expect((await askOpenssl(registry.host, { stored: [root] })).code).toBe(0);
      const untrusted = await walk({ registry: registry.host, trust: { cluster: [] } });
      expect(problemsOf(untrusted).slice(0, 3)).toEqual([
        "trust-refused",
        "trust-refused",
        "chain-unknown-authority",
      ]);
      expect(codesOf(untrusted, "api")).toEqual(["api-unverified", "api-answered"]);
      expect([20, 21]).toContain((await askOpenssl(registry.host)).code);
    } finally {
      await registry.stop();
    }
  });

  it("is told to take no pushes while it is read-only", async () => {
    const registry = await startRegistry({ tls, readOnly: true });
    const findings = await walk({ registry: registry.host, credentials: account });
    await registry.stop();
    expect(codesOf(findings, "push")).toEqual(["push-read-only", "push-read-only", "push-read-only"]);
    expect(problemsOf(findings).filter((code) => !code.startsWith("push-"))).toEqual([]);
  });
});

describe("the walk", () => {
  it("ends when it is called off", async () => {
    const silent = await servers.serveRaw(() => undefined);
    const signal = AbortSignal.timeout(50);
    await expect(walk({ registry: silent, options: { signal } })).rejects.toMatchObject({
      name: "AbortError",
    });
    await expect(walk({ options: { signal } })).rejects.toMatchObject({ name: "AbortError" });
  });

  it("ends when its time is over, and says where", async () => {
    const silent = await servers.serveRaw(() => undefined);
    const findings = await walk({ registry: silent, options: { totalTimeoutMs: 500 }, disks: [] });
    expect(problemsOf(findings)).toEqual(["time-over"]);
    expect(findingOf(findings, "time-over")).toMatchObject({ step: "protocol", facts: { limitMs: 500 } });
    expect(skippedAt(findings, "cloud-director")).toEqual({ by: "protocol", reason: "failed" });
  });

  it("does not wait for a token server once its time is over", async () => {
    const silent = await servers.serveRaw(() => undefined);
    const challenge = { "www-authenticate": `Bearer realm="https://${silent}/token"` };
    const registry = await answer((_request, response) => response.writeHead(401, challenge).end());
    const startedAt = performance.now();
    const findings = await walk({ registry, options: { totalTimeoutMs: 2_000 } });
    expect(findingOf(findings, "time-over").step).toBe("authentication");
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it("tells each step as it begins, and of each step something", async () => {
    const steps: string[] = [];
    const findings = await walk({ options: { onStep: (step) => steps.push(step) } });
    expect([...new Set(findings.map(({ step }) => step))]).toEqual(steps);
  });

  it("has no secret in what it tells", async () => {
    const credentials = { username: "robot", password: "s3cret-password" };
    const proxy = { url: "http://user:s3cret-proxy@127.0.0.1:1", noProxy: ["localhost", "127.0.0.1"] };
    const findings = await walk({ credentials, proxy });
    expect(JSON.stringify(findings)).not.toContain("s3cret");
    expect(JSON.parse(JSON.stringify(findings))).toEqual(findings);
  });
});

it("has shown all codes that this file is there for", () => {
  expect([...recorder.seen]).toEqual(expect.arrayContaining([...provenCodes.registry]));
});
