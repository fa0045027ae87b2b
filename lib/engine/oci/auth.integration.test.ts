import { getEventListeners } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { startRegistry } from "#lib/testing/registry-server.ts";
import { startTokenServer } from "#lib/testing/token-server.ts";
import type { HttpResponse } from "../network/http-message.ts";
import type { Transport } from "../network/transport.ts";
import { Authenticator } from "./auth.ts";
import { digestBytes } from "./digest.ts";
import { parseRegistryHost, parseRepository, parseTag } from "./reference.ts";
import { createRegistryClient, type RegistryClientOptions } from "./registry-client.ts";

const repository = parseRepository("a/b");
const blob = { mediaType: "application/octet-stream", digest: digestBytes("layer"), sizeBytes: 5 };
const credentials = { username: "robot$ci", password: "pass:wörd" };
const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

function connect(host: string, options: Partial<RegistryClientOptions> = {}) {
  const client = createRegistryClient({ registry: parseRegistryHost(host), plainHttp: true, ...options });
  ends.unshift(() => client.close());
  return client;
}

async function listen(
  handle: (request: IncomingMessage, response: ServerResponse, url: URL) => void,
): Promise<string> {
  const server: Server = createServer((request, response) => {
    handle(request, response, new URL(request.url ?? "/", "http://server"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(() => new Promise((resolve) => server.close(resolve)));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("basic authentication", () => {
  test("opens a real registry to the right password only", async () => {
    const server = await startRegistry({ htpasswd: { username: "robot", password: "s3cret" } });
    ends.push(() => server.stop());
    const good = connect(server.host, { credentials: { username: "robot", password: "s3cret" } });
    await good.ping();
    expect(await good.findManifest(repository, parseTag("v1"))).toBeNull();
    // The first question is asked twice; from then on it is known what to send.
    expect(good.requests).toBe(3);
    const upload = await good.startUpload(repository, blob);
    if (upload) await good.finishUpload(upload, blob, toIterable("layer"));
    expect(await good.hasBlob(repository, blob.digest)).toBe(true);

    const wrong = connect(server.host, { credentials: { username: "robot", password: "wrong" } });
    await expect(wrong.ping()).rejects.toMatchObject({
      code: "unauthorized",
      facts: { operation: "ping", status: 401, credentialsSent: true, retryable: false },
    });
    await expect(connect(server.host).getManifest(repository, parseTag("v1"))).rejects.toMatchObject({
      code: "unauthorized",
      facts: { credentialsSent: false, repository: "a/b" },
    });
  });
});

/** A registry that accepts tokens "SCOPES ISSUE-NUMBER", and the server that issues them. */
async function startTokenRegistry(options: { lifeSeconds?: number; anonymous?: boolean } = {}) {
  const asked: { scopes: string[]; authorization: string | undefined; service: string | null }[] = [];
  const revoked = new Set<string>();
  const tokens = await listen((request, response, url) => {
    const scopes = url.searchParams.getAll("scope");
    asked.push({
      scopes,
      authorization: request.headers.authorization,
      service: url.searchParams.get("service"),
    });
    if (!options.anonymous && request.headers.authorization === undefined) {
      response.writeHead(401).end();
      return;
    }
    const token = Buffer.from(`${asked.length} ${scopes.join(" ")}`).toString("base64url");
    response.end(JSON.stringify({ access_token: token, expires_in: options.lifeSeconds ?? 300 }));
  });
  const seen: (string | undefined)[] = [];
  const registry = await listen((request, response, url) => {
    const { authorization } = request.headers;
    seen.push(authorization);
    const granted = Buffer.from(authorization?.replace(/^Bearer /, "") ?? "", "base64url").toString();
    const wanted = request.method === "POST" ? "pull,push" : "pull";
    const name = /^\/v2\/(.+)\/(?:manifests|blobs)\//.exec(url.pathname)?.[1];
    const scope = name === undefined ? "" : `repository:${name}:${wanted}`;
    const allowed = granted !== "" && granted.includes(scope) && !revoked.has(authorization ?? "");
    if (!allowed) {
      const challenge = `Bearer realm="http://${tokens}/token",service="the registry"${scope ? `,scope="${scope}"` : ""}`;
      response.writeHead(401, { "www-authenticate": challenge }).end();
    } else if (request.method === "POST") {
      response
        .writeHead(url.searchParams.has("mount") ? 201 : 202, { location: "/v2/a/b/blobs/uploads/1" })
        .end();
    } else {
      response.writeHead(url.pathname === "/v2/" ? 200 : 404).end();
    }
  });
  return { registry, asked, seen, revoked };
}

describe("bearer tokens", () => {
  test("are asked for with credentials, once per scope, and sent at once from then on", async () => {
    const { registry, asked, seen } = await startTokenRegistry();
    const client = connect(registry, { credentials, access: "pull,push" });
    await client.ping();
    await Promise.all([1, 2, 3].map(() => client.findManifest(repository, parseTag("v1"))));
    await client.hasBlob(parseRepository("c"), blob.digest);
    expect(asked.map(({ scopes }) => scopes)).toEqual([
      [],
      ["repository:a/b:pull,push"],
      ["repository:c:pull,push"],
    ]);
    expect(asked.every(({ service }) => service === "the registry")).toBe(true);
    const basic = `Basic ${Buffer.from("robot$ci:pass:wörd").toString("base64")}`;
    expect(asked.every(({ authorization }) => authorization === basic)).toBe(true);
    // The registry never sees the password, and only one request went without a token.
    expect(seen.filter((authorization) => authorization === undefined)).toHaveLength(1);
    expect(seen.some((authorization) => authorization?.startsWith("Basic"))).toBe(false);
  });

  test("are had anonymously where that is allowed", async () => {
    const { registry, asked } = await startTokenRegistry({ anonymous: true });
    expect(await connect(registry).findManifest(repository, parseTag("v1"))).toBeNull();
    expect(asked).toEqual([
      { scopes: ["repository:a/b:pull"], authorization: undefined, service: "the registry" },
    ]);
    const closed = await startTokenRegistry();
    await expect(connect(closed.registry).findManifest(repository, parseTag("v1"))).rejects.toMatchObject({
      code: "unauthorized",
      facts: { credentialsSent: false, registry: closed.registry },
    });
  });

  test("are had for an identity token, which the registry itself never sees", async () => {
    const account = { username: "robot", password: "s3cret", identityToken: "eyJ+/=" };
    const tokens = await startTokenServer({ account });
    const server = await startRegistry({ tokens });
    ends.push(
      () => server.stop(),
      () => tokens.stop(),
    );
    const good = connect(server.host, { credentials: { identityToken: "eyJ+/=" }, access: "pull,push" });
    await good.ping();
    const upload = await good.startUpload(repository, blob);
    if (upload) await good.finishUpload(upload, blob, toIterable("layer"));
    expect(await good.hasBlob(repository, blob.digest)).toBe(true);
    expect(tokens.requests).toMatchObject([
      { scopes: [], service: tokens.service, username: "robot", status: 200 },
      { scopes: ["repository:a/b:pull,push"], service: tokens.service, username: "robot", status: 200 },
    ]);
    const ended = connect(server.host, { credentials: { identityToken: "ended" } });
    await expect(ended.ping()).rejects.toMatchObject({
      code: "unauthorized",
      facts: { operation: "get-token", origin: new URL(tokens.realm).origin, credentialsSent: true },
    });
  });

  test("that no header can carry are no tokens", async () => {
    for (const token of ["abc\r\nx-evil: 1", "tökén", "a b", "\u{1f511}"]) {
      const server: string = await listen((_request, response, { pathname }) => {
        const challenge = `Bearer realm="http://${server}/token"`;
        if (pathname === "/token") response.end(JSON.stringify({ token }));
        else response.writeHead(401, { "www-authenticate": challenge }).end();
      });
      await expect(connect(server).ping()).rejects.toMatchObject({
        code: "registry-refused",
        facts: { operation: "get-token", origin: `http://${server}`, retryable: false },
      });
    }
  });

  test("for a mount cover both repositories", async () => {
    const { registry, asked } = await startTokenRegistry();
    const client = connect(registry, { credentials, access: "pull,push" });
    expect(await client.startUpload(repository, blob, { mountFrom: parseRepository("c") })).toBeNull();
    expect(asked.at(-1)?.scopes).toEqual(["repository:a/b:pull,push", "repository:c:pull"]);
  });

  test("are renewed when they end, also before their time", async () => {
    const short = await startTokenRegistry({ lifeSeconds: 1 });
    const client = connect(short.registry, { credentials });
    await client.findManifest(repository, parseTag("v1"));
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await client.findManifest(repository, parseTag("v1"));
    expect(short.asked).toHaveLength(2);

    const long = await startTokenRegistry();
    const other = connect(long.registry, { credentials });
    await other.findManifest(repository, parseTag("v1"));
    long.revoked.add(long.seen.at(-1) ?? "");
    await other.findManifest(repository, parseTag("v1"));
    expect(long.asked).toHaveLength(2);
  });

  test("do not come from a server that would get the password in clear", async () => {
    let requests = 0;
    const secure: Transport = {
      origin: "https://registry.example.com",
      requests: 0,
      request: () => Promise.reject(new Error(`asked ${++requests} times`)),
      close: () => Promise.resolve(),
    };
    const challenge: HttpResponse = {
      status: 401,
      headers: { "www-authenticate": 'Bearer realm="http://tokens.example.com/"' },
      url: new URL(secure.origin),
      body: toIterable(""),
      read: () => Promise.resolve({ bytes: new Uint8Array(), truncated: false }),
      discard: () => Promise.resolve(),
    };
    const answer = new Authenticator(secure, credentials).answer(challenge, [], null, undefined);
    await expect(answer).rejects.toMatchObject({
      code: "redirect-refused",
      facts: { operation: "get-token", origin: "http://tokens.example.com" },
    });
    expect(requests).toBe(0);
    // A realm that is no web address is no realm.
    const odd = await listen((_request, response) => {
      response.writeHead(401, { "www-authenticate": 'Bearer realm="ftp://files.example.com"' }).end();
    });
    await expect(connect(odd, { credentials }).ping()).rejects.toMatchObject({ code: "redirect-refused" });
  });
});

describe("who a redirect leads to", () => {
  test.each(["Bearer", "Basic"])("gets no credentials for a challenge of its own: %s", async (scheme) => {
    const heard: (string | undefined)[] = [];
    const store: string = await listen((request, response) => {
      heard.push(request.headers.authorization);
      response.writeHead(401, { "www-authenticate": `${scheme} realm="http://${store}/token"` }).end();
    });
    const registry = await listen((request, response) => {
      heard.push(request.headers.authorization);
      response.writeHead(307, { location: `http://${store}/blob` }).end();
    });
    await expect(connect(registry, { credentials }).hasBlob(repository, blob.digest)).rejects.toMatchObject({
      code: "unauthorized",
      facts: { operation: "head-blob", registry, origin: `http://${store}`, credentialsSent: false },
    });
    expect(heard).toEqual([undefined, undefined]);
  });

  test("gets none by leading back", async () => {
    const heard: (string | undefined)[] = [];
    const registry = await listen((_request, response, { pathname }) => {
      if (pathname.startsWith("/v2/")) response.writeHead(404).end();
      else response.writeHead(401, { "www-authenticate": 'Basic realm="registry"' }).end();
    });
    const store = await listen((request, response) => {
      heard.push(request.headers.authorization);
      response.writeHead(307, { location: `http://${registry}/back` }).end();
    });
    const layer = { ...blob, urls: [`http://${store}/layer`] };
    const opened = connect(registry, { credentials }).openBlob(repository, layer, { foreign: true });
    await expect(opened).rejects.toMatchObject({ code: "unauthorized", facts: { credentialsSent: false } });
    expect(heard).toEqual([undefined]);
  });

  test("is named where it refuses, also as the place of an upload", async () => {
    const store = await listen((_request, response) => response.writeHead(403).end());
    const registry = await listen((request, response) => {
      const location = `http://${store}/${request.url}`;
      if (request.method === "POST") response.writeHead(202, { location }).end();
      else if (request.method === "HEAD") response.writeHead(403).end();
      else response.writeHead(307, { location }).end();
    });
    const client = connect(registry, { credentials });
    const denied = { code: "forbidden", facts: { registry, origin: `http://${store}` } };
    await expect(client.openBlob(repository, blob)).rejects.toMatchObject(denied);
    const upload = await client.startUpload(repository, blob);
    if (upload === null) throw new Error("no upload");
    await expect(client.finishUpload(upload, blob, toIterable("layer"))).rejects.toMatchObject(denied);
    const own: unknown = await client.hasBlob(repository, blob.digest).catch((error: unknown) => error);
    expect(own).toMatchObject({ code: "forbidden", facts: { registry } });
    expect(own).not.toHaveProperty("facts.origin");
  });
});

test("a refusal that cannot be answered leaves neither its connection nor its listener behind", async () => {
  const registry: string = await listen((_request, response, { pathname }) => {
    const challenge = `Bearer realm="http://${registry}/token"`;
    if (pathname === "/token") response.writeHead(403).end();
    else response.writeHead(401, { "www-authenticate": challenge }).end("words");
  });
  const { signal } = new AbortController();
  const ping = connect(registry, { credentials }).ping(signal);
  await expect(ping).rejects.toMatchObject({ code: "forbidden", facts: { operation: "get-token" } });
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

describe("what is asked at an address", () => {
  test("tells a registry from a web server", async () => {
    const web = await listen((_request, response) => {
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end("<html>");
    });
    await expect(connect(web).ping()).rejects.toMatchObject({ code: "not-a-registry" });
    const other = await listen((_request, response) => response.writeHead(404).end());
    await expect(connect(other).ping()).rejects.toMatchObject({
      code: "not-a-registry",
      facts: { status: 404 },
    });
  });
});

async function* toIterable(text: string) {
  await Promise.resolve();
  yield Buffer.from(text);
}
