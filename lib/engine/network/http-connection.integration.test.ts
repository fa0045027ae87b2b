import { createHash, randomBytes } from "node:crypto";
import { createServer, type RequestListener } from "node:http";
import { connect, type Socket } from "node:net";
import { afterEach, beforeAll, expect, test } from "vitest";
import { createCertificateAuthority, type CertificateAuthority } from "#lib/testing/certificate-authority.ts";
import { createLoopbackServers } from "#lib/testing/loopback-servers.ts";
import type { HttpRequest } from "./http-message.ts";
import { createTransport, type Endpoint, type Transport } from "./transport.ts";

const servers = createLoopbackServers();
const transports: Transport[] = [];
let ca: CertificateAuthority;
let certificate: Awaited<ReturnType<CertificateAuthority["issueServer"]>>;

beforeAll(async () => {
  ca = await createCertificateAuthority();
  certificate = await ca.issueServer(["127.0.0.1", "localhost"]);
});
afterEach(async () => {
  await Promise.all(transports.splice(0).map((transport) => transport.close()));
  await servers.close();
});

function open(origin: string, options: Partial<Endpoint> = {}): Transport {
  const transport = createTransport({ origin, caCertificates: [ca.cert], ...options });
  transports.push(transport);
  return transport;
}

const request = (transport: Transport, options: Partial<HttpRequest> = {}) =>
  transport.request({ method: "GET", url: new URL(transport.origin), ...options });

async function send(transport: Transport, options: Partial<HttpRequest> = {}): Promise<string> {
  const response = await request(transport, options);
  const { bytes } = await response.read(1_000);
  return `${response.status} ${Buffer.from(bytes).toString()}`;
}

/** Answers each request on a connection with the next of these texts, byte by byte if need be; then hangs up. */
async function serveTexts(texts: readonly string[], { bytewise = false, end = false } = {}) {
  const state = { connections: 0 };
  const host = await servers.serveRaw((socket: Socket) => {
    state.connections++;
    const left = [...texts];
    socket.setNoDelay(true);
    socket.on("data", () => {
      const text = left.shift() ?? "";
      void (async () => {
        for (const piece of bytewise ? text : [text]) {
          socket.write(piece, "latin1");
          if (bytewise) await new Promise((resolve) => setImmediate(resolve));
        }
        if (end) socket.end();
      })();
    });
  });
  return { origin: `http://${host}`, state };
}

const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const chunkedOk =
  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;x=y\r\no\r\n1\r\nk\r\n0\r\nTrailer: z\r\n\r\n";

test("bodies of a length and in chunks leave the connection to the next request", async () => {
  for (const bytewise of [false, true]) {
    const informed = `HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n${ok}`;
    const texts = [ok, chunkedOk, "HTTP/1.1 204 No Content\r\n\r\n", informed, ok];
    const { origin, state } = await serveTexts(texts, { bytewise });
    const transport = open(origin);
    const answers: string[] = [];
    while (answers.length < texts.length) answers.push(await send(transport));
    expect(answers).toEqual(["200 ok", "200 ok", "204 ", "200 ok", "200 ok"]);
    expect(state.connections).toBe(1);
  }
});

test("a body until the end of the connection ends there, and a shorter one is lost", async () => {
  const until = await serveTexts(["HTTP/1.1 200 OK\r\n\r\nall of it"], { end: true });
  expect(await send(open(until.origin))).toBe("200 all of it");
  const lost = { code: "connection-lost", facts: { retryable: true } };
  const short = await serveTexts(["HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"], { end: true });
  await expect(send(open(short.origin))).rejects.toMatchObject(lost);
  const cut = await serveTexts([chunkedOk.slice(0, -2)], { end: true });
  await expect(send(open(cut.origin))).rejects.toMatchObject(lost);
  const head = await serveTexts(["HTTP/1.1 200 OK\r\nContent-"], { end: true });
  await expect(send(open(head.origin))).rejects.toMatchObject(lost);
});

test("a connection is not used again when the server says so, or says more than it was asked", async () => {
  for (const text of [
    "HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 2\r\n\r\nok",
    "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
    "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 2\r\n\r\nok",
    `${ok}HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil`,
  ]) {
    const { origin, state } = await serveTexts([text, ok]);
    const transport = open(origin);
    expect([await send(transport), await send(transport)]).toEqual(["200 ok", "200 ok"]);
    expect(state.connections).toBe(2);
  }
});

test("what stands in the way of keeping a connection is read in no time", async () => {
  const blanks = " ".repeat(60_000);
  const { origin } = await serveTexts([
    `HTTP/1.1 200 OK\r\nConnection: x${blanks}y\r\nContent-Length: 2\r\n\r\nok`,
  ]);
  const started = performance.now();
  expect(await send(open(origin))).toBe("200 ok");
  expect(performance.now() - started).toBeLessThan(1_000);
});

test("what a server says unasked while the connection is idle is no answer", async () => {
  const host = await servers.serveRaw((socket) => {
    socket.on("data", () => {
      socket.write(ok);
      setTimeout(() => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"), 20);
    });
  });
  const transport = open(`http://${host}`);
  expect(await send(transport)).toBe("200 ok");
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(await send(transport)).toBe("200 ok");
});

test("an ambiguous answer is refused", async () => {
  const both = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
  const { origin } = await serveTexts([both]);
  await expect(send(open(origin))).rejects.toMatchObject({ code: "protocol-mismatch" });
});

test("content longer or shorter than announced is not sent as such", async () => {
  const { origin } = await serveTexts([]);
  async function* generate() {
    await Promise.resolve();
    yield Buffer.alloc(10);
  }
  for (const length of ["9", "11"]) {
    const headers = { "content-length": length };
    await expect(send(open(origin), { method: "PUT", headers, body: generate() })).rejects.toThrow(
      RangeError,
    );
  }
});

test("what content throws is what the request throws", async () => {
  const { origin } = await serveTexts([]);
  async function* generate() {
    yield Buffer.alloc(10);
    await Promise.resolve();
    throw new TypeError("no more");
  }
  const headers = { "content-length": "20" };
  await expect(send(open(origin), { method: "PUT", headers, body: generate() })).rejects.toThrow("no more");
});

test("closing ends what is under way, and what is being opened", async () => {
  const called = { name: "AbortError", cause: { message: "the connections are closed" } };
  const silent = open(`http://${await servers.serveRaw((socket) => void socket.resume())}`);
  const shaking = open(`https://${await servers.serveRaw((socket) => void socket.resume())}`);
  const waiting = [send(silent), send(shaking)].map((each) => expect(each).rejects.toMatchObject(called));
  await new Promise((resolve) => setTimeout(resolve, 50));
  await Promise.all([silent.close(), shaking.close()]);
  await Promise.all(waiting);
  await expect(send(silent)).rejects.toMatchObject(called);
});

test("an abort ends an opening and a body at once", async () => {
  const mute = open(`https://${await servers.serveRaw((socket) => void socket.resume())}`);
  const opening = AbortSignal.timeout(50);
  const started = performance.now();
  await expect(send(mute, { signal: opening })).rejects.toMatchObject({ name: "AbortError" });
  const { origin } = await serveTexts(["HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"]);
  const controller = new AbortController();
  const response = await request(open(origin), { signal: controller.signal });
  controller.abort(new Error("enough"));
  await expect(response.read(10)).rejects.toMatchObject({ name: "AbortError", cause: { message: "enough" } });
  expect(performance.now() - started).toBeLessThan(3_000);
});

/** A blob as its digest, and its reader: a slow one, which holds each chunk while the server goes on sending. */
const blob = randomBytes(24 * 1_048_576 + 7);
const digest = createHash("sha256").update(blob).digest("hex");

async function hashSlowly(content: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  let count = 0;
  for await (const chunk of content) {
    if (++count % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    hash.update(chunk);
  }
  return hash.digest("hex");
}

test.each(["TCP", "TLS", "a name of several addresses", "chunks", "a tunnel"])(
  "a body larger than what is read ahead arrives whole over %s, many at once, from one end to the other",
  async (way) => {
    const received: string[] = [];
    const serve: RequestListener = (incoming, response) => {
      if (incoming.method === "PUT") {
        void hashSlowly(incoming).then((heard) => {
          received.push(heard);
          response.end();
        });
      } else {
        if (way !== "chunks") response.setHeader("content-length", blob.byteLength);
        response.end(blob);
      }
    };
    const secure = way === "TLS" || way === "a tunnel";
    const served = secure ? await servers.serveTls(certificate, serve) : await servers.serve(serve);
    const origin = way.startsWith("a name") ? served.replace("127.0.0.1", "localhost") : served;
    const proxy = { url: `http://${await servers.listen(createTunnels())}` };
    const transport = open(origin, way === "a tunnel" ? { proxy } : {});
    const carry = async () => {
      const source = await request(transport);
      const headers = { "content-length": String(blob.byteLength) };
      await (await request(transport, { method: "PUT", headers, body: source.body })).discard();
      return hashSlowly((await request(transport)).body);
    };
    expect(await Promise.all([carry(), carry()])).toEqual([digest, digest]);
    expect(received).toEqual([digest, digest]);
  },
  30_000,
);

function createTunnels() {
  return createServer().on("connect", (incoming, socket) => {
    const [host = "", port] = (incoming.url ?? "").split(":");
    const onward = connect({ host, port: Number(port) }, () => {
      socket.write("HTTP/1.1 200 Fine\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    onward.on("error", () => socket.destroy());
    socket.on("error", () => onward.destroy()).once("close", () => onward.destroy());
  });
}
