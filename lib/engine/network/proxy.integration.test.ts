import { createServer as createHttpServer, request as httpRequest, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { connect, type Socket } from "node:net";
import { inspect } from "node:util";
import { afterEach, beforeAll, expect, test } from "vitest";
import { createCertificateAuthority, type CertificateAuthority } from "#lib/testing/certificate-authority.ts";
import { createLoopbackServers } from "#lib/testing/loopback-servers.ts";
import { createTransport, type Endpoint, type Transport } from "./transport.ts";

type Issued = Awaited<ReturnType<CertificateAuthority["issueClient"]>>;

const servers = createLoopbackServers();
const transports: Transport[] = [];
let ca: CertificateAuthority;
let server: Issued;
let client: Issued;

beforeAll(async () => {
  ca = await createCertificateAuthority();
  server = await ca.issueServer(["127.0.0.1", "registry.test"]);
  client = await ca.issueClient("drayage");
});
afterEach(async () => {
  await Promise.all(transports.splice(0).map((transport) => transport.close()));
  await servers.close();
});

interface Proxy {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** Method, target and credentials of each request that it saw. */
  readonly seen: string[];
}

interface ProxyBehaviour {
  readonly credentials?: string;
  readonly refuse?: number;
  readonly tls?: Issued;
  /** Where names lead, as the proxy's own DNS has it. */
  readonly names?: Readonly<Record<string, string>>;
}

/** A proxy as HTTP knows it: tunnels, and requests in absolute form. */
async function startProxy({ credentials, refuse, tls, names = {} }: ProxyBehaviour = {}): Promise<Proxy> {
  const seen: string[] = [];
  const expected = credentials && `Basic ${Buffer.from(credentials).toString("base64")}`;
  const judge = (method = "", target = "", authorization = "") => {
    seen.push(`${method} ${target}${authorization && ` ${authorization}`}`);
    return expected !== undefined && authorization !== expected ? 407 : refuse;
  };
  const resolve = (host: string) => names[host] ?? host;
  const proxy: Server = tls ? createHttpsServer(tls) : createHttpServer();
  proxy.on("request", (request, response) => {
    const status = judge(request.method, request.url, request.headers["proxy-authorization"]);
    if (status !== undefined) return void response.writeHead(status).end("proxy says no");
    const { host, pathname, search } = new URL(request.url ?? "");
    const { "proxy-authorization": _credentials, ...headers } = request.headers;
    const [hostname, port] = resolve(host).split(":");
    const onward = httpRequest({
      hostname,
      port,
      path: `${pathname}${search}`,
      method: request.method,
      headers,
    });
    onward.once("response", (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    onward.once("error", () => response.writeHead(502).end());
    request.pipe(onward);
  });
  proxy.on("connect", (request, socket, head) => {
    const status = judge(request.method, request.url, request.headers["proxy-authorization"]);
    if (status !== undefined) return socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 2\r\n\r\nno`);
    const [hostname, port] = resolve(request.url ?? "").split(":");
    const onward = connect({ host: hostname ?? "", port: Number(port) }, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    onward.on("error", () => socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n"));
    socket.on("error", () => onward.destroy()).once("close", () => onward.destroy());
  });
  return { host: await servers.listen(proxy), seen };
}

function open(origin: string, options: Partial<Endpoint> = {}): Transport {
  const transport = createTransport({ origin, caCertificates: [ca.cert], ...options });
  transports.push(transport);
  return transport;
}

async function get(transport: Transport, headers: Record<string, string> = {}): Promise<string> {
  const url = new URL("/v2/?n=1", transport.origin);
  const response = await transport.request({ method: "GET", url, headers, followRedirects: true });
  const { bytes } = await response.read(1_000);
  return `${response.status} ${Buffer.from(bytes).toString()}`;
}

const portOf = (origin: string) => new URL(origin).port;

test("HTTPS goes through a tunnel with its trust and client certificate, whose credentials stop at the proxy", async () => {
  const heard: unknown[] = [];
  const origin = await servers.serveTls(
    { ...server, ca: ca.cert, requestCert: true, rejectUnauthorized: true },
    (request, response) => {
      heard.push(request.headers["proxy-authorization"], request.headers.authorization);
      response.end("ok");
    },
  );
  const proxy = await startProxy({ credentials: "us er:p@ss" });
  const transport = open(origin, {
    proxy: { url: `http://us%20er:p%40ss@${proxy.host}` },
    clientCertificate: client,
  });
  const headers = { authorization: "Bearer secret" };
  expect([await get(transport, headers), await get(transport, headers)]).toEqual(["200 ok", "200 ok"]);
  expect(proxy.seen[0]).toBe(`CONNECT 127.0.0.1:${portOf(origin)} Basic dXMgZXI6cEBzcw==`);
  expect(heard).toEqual([undefined, "Bearer secret", undefined, "Bearer secret"]);
  const strict = open(origin, { proxy: { url: `http://us%20er:p%40ss@${proxy.host}` }, caCertificates: [] });
  await expect(get(strict)).rejects.toMatchObject({ code: "tls-untrusted", facts: { origin } });
});

test("plain HTTP is asked for in absolute form, on kept connections, uploads included", async () => {
  const heard: string[] = [];
  const origin = await servers.serve((request, response) => {
    let bytes = 0;
    request.on("data", (chunk: Buffer) => (bytes += chunk.byteLength));
    request.on("end", () => {
      heard.push(`${request.method} ${request.url} ${request.headers.host} ${bytes}`);
      response.end("ok");
    });
  });
  const proxy = await startProxy({
    credentials: "a:b",
    names: { "registry.test:5000": new URL(origin).host },
  });
  const transport = open("http://registry.test:5000", { proxy: { url: `http://a:b@${proxy.host}` } });
  expect(await get(transport)).toBe("200 ok");
  const url = new URL("/upload", transport.origin);
  const body = Buffer.alloc(300_000);
  await (await transport.request({ method: "PUT", url, body })).discard();
  expect(heard).toEqual(["GET /v2/?n=1 registry.test:5000 0", "PUT /upload registry.test:5000 300000"]);
  expect(proxy.seen).toEqual([
    "GET http://registry.test:5000/v2/?n=1 Basic YTpi",
    "PUT http://registry.test:5000/upload Basic YTpi",
  ]);
});

test("a proxy that speaks TLS is verified, and carries both kinds", async () => {
  const secure = await servers.serveTls(server);
  const plain = await servers.serve((_request, response) => response.end("plain"));
  const proxy = await startProxy({ tls: server });
  const through = { proxy: { url: `https://${proxy.host}` } };
  expect(await get(open(secure, through))).toBe("200 ok");
  expect(await get(open(plain, through))).toBe("200 plain");
  const failure = { code: "proxy-tls-failed", facts: { proxy: proxy.host, retryable: false } };
  await expect(get(open(secure, { ...through, caCertificates: [] }))).rejects.toMatchObject(failure);
  // Whatever is accepted from the endpoint is not accepted from its proxy.
  const careless = { ...through, caCertificates: [], skipVerify: true };
  await expect(get(open(plain, careless))).rejects.toMatchObject(failure);
  const mistaken = { proxy: { url: `http://${proxy.host}` } };
  await expect(get(open(secure, mistaken))).rejects.toMatchObject({ code: "proxy-unreachable" });
});

test("exceptions are reached directly, each redirect by its own rule", async () => {
  const store = await servers.serveTls(server, (_request, response) => response.end("blob"));
  const origin = await servers.serve((_request, response) =>
    response.writeHead(307, { location: store }).end(),
  );
  const proxy = await startProxy();
  const through = (...noProxy: string[]) => ({ proxy: { url: `http://${proxy.host}`, noProxy } });
  expect(await get(open(origin, through(`127.0.0.1:${portOf(origin)}`)))).toBe("200 blob");
  expect(proxy.seen).toEqual([`CONNECT 127.0.0.1:${portOf(store)}`]);
  expect(await get(open(origin, through("127.0.0.0/8")))).toBe("200 blob");
  expect(proxy.seen).toHaveLength(1);
});

test("a failure of the proxy says that it is the proxy, and tells no password", async () => {
  const origin = await servers.serveTls(server);
  const plain = await servers.serve((_request, response) => response.end("ok"));
  const shut = await startProxy({ credentials: "a:other" });
  const fails = async (target: string, url: string, expected: object) => {
    const failure: unknown = await get(open(target, { proxy: { url } })).catch((error: unknown) => error);
    expect(failure).toMatchObject(expected);
    expect(inspect(failure, { depth: 9 })).not.toMatch(/hush|OmV4|aHVzaA|Omh1c2g/);
  };
  const wrong = `http://a:hush@${shut.host}`;
  const unauthorized = {
    code: "proxy-unauthorized",
    facts: { proxy: shut.host, status: 407, retryable: false },
  };
  await fails(origin, wrong, unauthorized);
  await fails(plain, wrong, unauthorized);
  for (const [status, retryable] of [
    [403, false],
    [502, true],
    [503, true],
    [504, true],
  ] as const) {
    const { host } = await startProxy({ refuse: status });
    await fails(origin, `http://a:hush@${host}`, {
      code: "proxy-refused",
      facts: { origin: `http://${host}`, proxy: host, status, retryable },
    });
  }
  const unreachable = (proxy: string, platformCode: string) => ({
    code: "proxy-unreachable",
    facts: { proxy, platformCode, retryable: false },
  });
  for (const target of [origin, plain]) {
    await fails(target, "http://a:hush@127.0.0.1:1", unreachable("127.0.0.1:1", "ECONNREFUSED"));
    await fails(target, "http://a:hush@proxy.invalid", unreachable("proxy.invalid:80", "ENOTFOUND"));
    await fails(target, "socks5://a:hush@127.0.0.1:1", {
      code: "proxy-invalid",
      facts: { retryable: false },
    });
    await fails(target, "a:hush@127.0.0.1:1", { code: "proxy-invalid" });
  }
});

test("a proxy that falls silent is given up, and so is one that drips", async () => {
  const mute = await servers.serveRaw((socket) => void socket.resume());
  const dripping = await servers.serveRaw((socket) => {
    const timer = setInterval(() => socket.write("x"), 50);
    socket.resume().once("close", () => clearInterval(timer));
    socket.write("HTTP/1.1 200 OK\r\nX: ");
  });
  for (const host of [mute, dripping]) {
    const transport = open("https://registry.test", {
      proxy: { url: `http://${host}` },
      timeouts: { connectTimeoutMs: 300 },
    });
    await expect(get(transport)).rejects.toMatchObject({
      code: "proxy-unreachable",
      facts: { proxy: host, retryable: true, platformCode: "ETIMEDOUT" },
    });
  }
});

test("no tunnel outlives a connection that was not made in it", async () => {
  const tunnels = new Set<Socket>();
  const host = await servers.serveRaw((socket) => {
    tunnels.add(socket.once("close", () => tunnels.delete(socket)));
    socket.once("data", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.once("data", () => socket.write("no TLS"));
    });
  });
  const proxy = { url: `http://${host}` };
  const garbage = { cert: "garbage", key: "garbage" };
  await expect(
    get(open("https://registry.test", { proxy, clientCertificate: garbage })),
  ).rejects.toMatchObject({ code: "client-certificate-invalid" });
  await expect(get(open("https://registry.test", { proxy }))).rejects.toMatchObject({
    code: "protocol-mismatch",
  });
  await expect.poll(() => tunnels.size).toBe(0);
});

test("the proxy itself is no address that belongs to no server", async () => {
  for (const [host, address] of [
    ["0.0.0.0:3128", "0.0.0.0"],
    ["[fe80::1]:3128", "fe80::1"],
  ] as const) {
    for (const target of ["http://registry.test", "https://registry.test"]) {
      await expect(get(open(target, { proxy: { url: `http://${host}` } }))).rejects.toMatchObject({
        code: "address-refused",
        facts: { origin: `http://${host}`, proxy: host, address, retryable: false },
      });
    }
  }
});

test("the proxy resolves names, but is not sent inside by addresses", async () => {
  const origin = await servers.serveTls(server);
  const proxy = await startProxy({ names: { "registry.test:443": new URL(origin).host } });
  const transport = open("https://registry.test", { proxy: { url: `http://${proxy.host}` } });
  expect(await get(transport)).toBe("200 ok");
  for (const [inside, address] of [
    ["http://127.0.0.1", "127.0.0.1"],
    ["https://[::ffff:169.254.169.254]", "::ffff:a9fe:a9fe"],
    ["http://localhost:8080", "127.0.0.1"],
  ] as const) {
    await expect(transport.request({ method: "GET", url: new URL(inside) })).rejects.toMatchObject({
      code: "address-refused",
      facts: { origin: new URL(inside).origin, address, retryable: false },
    });
  }
  expect(proxy.seen).toHaveLength(1);
});
