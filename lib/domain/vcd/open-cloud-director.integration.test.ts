import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { RequestListener } from "node:http";
import { createCertificateAuthority, type CertificateAuthority } from "#lib/testing/certificate-authority.ts";
import {
  type CloudDirectorOptions,
  type CloudDirectorServer,
  startCloudDirectorServer,
} from "#lib/testing/cloud-director-server.ts";
import { createLoopbackServers } from "#lib/testing/loopback-servers.ts";
import { config40, config42, wrapConfig } from "#lib/testing/vcdke-configs.ts";
import { editConfig, viewConfig } from "./config-document.ts";
import { type CloudDirector, openCloudDirector, type VcdAccount } from "./open-cloud-director.ts";

const apiToken = "Xk3vPqT0kenOfAProvider";
const entity = wrapConfig(config42);
const other = entity.replace("6f0b2b0c", "7f0b2b0c");

const directors: CloudDirector[] = [];
const listeners = createLoopbackServers();
let server: CloudDirectorServer | undefined;
let ca: CertificateAuthority;

beforeAll(async () => {
  ca = await createCertificateAuthority();
});

afterEach(async () => {
  await Promise.all(directors.splice(0).map((director) => director.close()));
  await listeners.close();
  const violations = server?.violations;
  await server?.close();
  server = undefined;
  expect(violations ?? []).toEqual([]);
});

async function start(options: Partial<CloudDirectorOptions> = {}): Promise<CloudDirectorServer> {
  const tls = await ca.issueServer(["127.0.0.1"]);
  server = await startCloudDirectorServer({ tls, apiToken, entities: [entity], ...options });
  return server;
}

async function open(host: string, account: Partial<VcdAccount> = {}): Promise<CloudDirector> {
  const connection = { host, caCertificates: [ca.cert] } as const;
  const director = await openCloudDirector(connection, { apiToken, organization: null, ...account });
  directors.push(director);
  return director;
}

describe("openCloudDirector", () => {
  test.each([[true], [false]])(
    "signs in with an API token, where versions come as JSON: %s",
    async (speaksJson) => {
      const { host, requests } = await start({ speaksJson });
      const director = await open(host);
      expect(director).toMatchObject({ version: { version: "38.1" }, release: "10.5" });
      expect(requests).toEqual(["GET /api/versions", "POST /oauth/provider/token"]);
    },
  );

  test("signs in to an organization, whatever it is called", async () => {
    const { host, requests } = await start({ organization: "Göteborg & Co" });
    await open(host, { organization: "Göteborg & Co" });
    expect(requests[1]).toBe("POST /oauth/tenant/G%C3%B6teborg%20%26%20Co/token");
  });

  test.each([
    ["a wrong token", { apiToken: "wrong" }, 400],
    ["the token of another organization", { organization: "acme" }, 404],
  ])("is refused with %s", async (_name, account, status) => {
    const { host } = await start();
    await expect(open(host, account)).rejects.toMatchObject({
      code: "vcd-unauthorized",
      facts: { operation: "sign-in", status, origin: `https://${host}`, retryable: false },
    });
  });

  test("sends no token to one that speaks another version", async () => {
    const { host, requests } = await start({ versions: ["40.0", "41.0"] });
    await expect(open(host)).rejects.toMatchObject({
      code: "vcd-version-unsupported",
      facts: { value: "41.0" },
    });
    expect(requests).toEqual(["GET /api/versions"]);
  });

  test("sends no token to one that is not trusted", async () => {
    const { host, requests } = await start();
    const opening = openCloudDirector({ host }, { apiToken, organization: null });
    await expect(opening).rejects.toMatchObject({ code: "tls-untrusted" });
    expect(requests).toEqual([]);
  });

  const answers: [string, RequestListener, object][] = [
    [
      "a page",
      (_request, response) => response.end("<!DOCTYPE html><title>Sign in</title>"),
      { code: "vcd-answer-invalid" },
    ],
    ["nothing", (_request, response) => response.end(), { code: "vcd-answer-invalid" }],
    [
      "too much",
      (_request, response) => response.end(" ".repeat(5 * 1024 * 1024)),
      { code: "vcd-answer-invalid" },
    ],
    [
      "a failure",
      (_request, response) => response.writeHead(503).end(),
      { code: "vcd-failed", facts: { retryable: true } },
    ],
    [
      "a wish to wait",
      (_request, response) => response.writeHead(429, { "retry-after": "7" }).end(),
      { code: "rate-limited", facts: { retryAfterMs: 7_000, retryable: true } },
    ],
  ];
  test.each(answers)("throws for %s, whatever was asked", async (_name, listener, error) => {
    const running = await start();
    for (const target of [/^GET \/api\/versions/, /^POST \/oauth/]) {
      running.befall(target, listener);
      await expect(open(running.host)).rejects.toMatchObject(error);
    }
    const director = await open(running.host);
    for (const target of [/^GET .*\/entities\/types/, /^GET .*\/entities\/urn/]) {
      running.befall(target, listener);
      await expect(director.readConfig()).rejects.toMatchObject(error);
    }
    expect((await director.readConfig()).etag).toBe('"42"');
  });

  test("signs in once only, when the answer is lost", async () => {
    const running = await start();
    running.befall(/^POST/, (request) => request.socket.destroy());
    await expect(open(running.host)).rejects.toMatchObject({ code: "connection-lost" });
    expect(running.requests.filter((each) => each.startsWith("POST"))).toHaveLength(1);
  });

  test("follows nobody to another server, least of all with a token", async () => {
    let asked = 0;
    const elsewhere = await listeners.serve((_request, response) => {
      asked++;
      response.end("{}");
    });
    const running = await start();
    const redirect: RequestListener = (_request, response) =>
      response.writeHead(307, { location: elsewhere }).end();
    running.befall(/^POST/, redirect);
    await expect(open(running.host)).rejects.toMatchObject({
      code: "vcd-answer-invalid",
      facts: { status: 307 },
    });
    const director = await open(running.host);
    running.befall(/^GET/, redirect);
    await expect(director.readConfig()).rejects.toMatchObject({ code: "vcd-answer-invalid" });
    expect(asked).toBe(0);
  });
});

describe("readConfig", () => {
  test.each([
    ["4.2", wrapConfig(config42), "1.1.0"],
    ["4.0", wrapConfig(config40, "1.0.0"), "1.0.0"],
  ])("reads the configuration of %s to the last character", async (_name, text, typeVersion) => {
    const { host, requests } = await start({
      entities: [text, wrapConfig(config42).replace("vcdKeConfig", "else")],
    });
    const { id, state, etag, document } = await (await open(host)).readConfig();
    expect(id).toBe("urn:vcloud:entity:vmware:VCDKEConfig:6f0b2b0c-0a5e-4d38-9d0e-0c8f1f1f6a11");
    expect([state, etag]).toEqual(["RESOLVED", '"42"']);
    expect(document.text).toBe(text);
    expect(document.typeVersion).toBe(typeVersion);
    expect(viewConfig(editConfig(document, { sizingPolicy: "TKG large" })).sizingPolicy).toBe("TKG large");
    expect(requests.slice(2)).toEqual([
      "GET /cloudapi/1.0.0/entities/types/vmware/VCDKEConfig?filter=name%3D%3DvcdKeConfig&page=1&pageSize=25",
      `GET /cloudapi/1.0.0/entities/${id}`,
    ]);
  });

  test.each<[string, Partial<CloudDirectorOptions>, object]>([
    ["there is none", { entities: [] }, { code: "vcd-config-missing" }],
    ["the account may not see it", { mayView: false }, { code: "vcd-config-missing" }],
    ["there are two", { entities: [entity, other] }, { code: "vcd-config-several", facts: { value: "2" } }],
    [
      "there are more than a page",
      { entities: Array.from({ length: 30 }, (_, at) => entity.replace("6f0b2b0c", `6f0b2b${at + 10}`)) },
      { code: "vcd-config-several", facts: { value: "30" } },
    ],
    [
      "it is no configuration",
      { entities: [wrapConfig("{}")] },
      { code: "vcd-answer-invalid", facts: { field: "entity.profiles[0]" } },
    ],
    [
      "it has no proper name",
      { entities: [entity.replace("urn:vcloud:entity:vmware:VCDKEConfig:", "../../")] },
      { code: "vcd-answer-invalid" },
    ],
  ])("throws where %s", async (_name, options, error) => {
    const { host } = await start(options);
    await expect((await open(host)).readConfig()).rejects.toMatchObject(error);
  });

  test("tells a session that has ended and a right that is gone", async () => {
    const running = await start();
    const director = await open(running.host);
    running.befall(/entities\/types/, (_request, response) => response.writeHead(401).end());
    await expect(director.readConfig()).rejects.toMatchObject({ code: "vcd-unauthorized" });
    running.befall(/entities\/urn/, (_request, response) => response.writeHead(403).end());
    await expect(director.readConfig()).rejects.toMatchObject({ code: "vcd-forbidden" });
    running.befall(/entities\/urn/, (_request, response) => response.writeHead(404).end());
    await expect(director.readConfig()).rejects.toMatchObject({ code: "vcd-config-missing" });
    running.befall(/entities\/urn/, (_request, response) => response.end(other));
    await expect(director.readConfig()).rejects.toMatchObject({ code: "vcd-answer-invalid" });
  });

  test("stops when it is told to", async () => {
    const running = await start();
    const director = await open(running.host);
    const stop = new AbortController();
    running.befall(/entities\/types/, () => stop.abort());
    await expect(director.readConfig(stop.signal)).rejects.toMatchObject({ code: "cancelled" });
  });
});
