import type { Socket } from "node:net";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { createServer as createRawTlsServer } from "node:tls";
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
  certificate = await ca.issueServer(["127.0.0.1"]);
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

async function send(transport: Transport, request: Partial<HttpRequest> = {}): Promise<string> {
  const url = new URL(transport.origin);
  const response = await transport.request({ method: "GET", url, ...request });
  const { bytes } = await response.read(1_000);
  return `${response.status} ${Buffer.from(bytes).toString()}`;
}

/** A body that counts what was asked of it. */
function createUpload(megabytes: number) {
  const state = { chunks: 0, ended: false };
  async function* generate() {
    try {
      for (; state.chunks < megabytes * 16; state.chunks++) {
        await Promise.resolve();
        yield Buffer.alloc(65_536);
      }
    } finally {
      state.ended = true;
    }
  }
  const headers = { "content-length": String(megabytes * 1_048_576) };
  return { state, request: { method: "PUT", headers, body: generate() } as const };
}

const answer = (status: string, body = "") =>
  `HTTP/1.1 ${status}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

describe("patience ends", () => {
  const timeouts = {
    connectTimeoutMs: 500,
    headersTimeoutMs: 500,
    bodyIdleTimeoutMs: 500,
    readTimeoutMs: 1_000,
  };
  const givesUp = { code: "timeout", facts: { retryable: true } };
  const drip = (socket: Socket, next: () => string, everyMs: number) => {
    const timer = setInterval(() => socket.write(next()), everyMs);
    socket.resume().once("close", () => clearInterval(timer));
  };

  test("with a server that never finishes its TLS handshake", async () => {
    const host = await servers.serveRaw((socket) => void socket.resume());
    await expect(send(open(`https://${host}`, { timeouts }))).rejects.toMatchObject(givesUp);
  });

  test("with a head that comes byte by byte", async () => {
    const host = await servers.serveRaw((socket) => {
      socket.write("HTTP/1.1 200 OK\r\nX: ");
      drip(socket, () => "x", 50);
    });
    await expect(send(open(`http://${host}`, { timeouts }))).rejects.toMatchObject(givesUp);
  });

  test("with a server that only ever says that it is at work", async () => {
    const host = await servers.serveRaw((socket) =>
      drip(socket, () => "HTTP/1.1 102 Processing\r\n\r\n", 100),
    );
    await expect(send(open(`http://${host}`, { timeouts }))).rejects.toMatchObject(givesUp);
  });

  test("with a server that does not take an upload, and the upload ends", async () => {
    const host = await servers.serveRaw((socket) => void socket.pause());
    const { state, request } = createUpload(64);
    await expect(send(open(`http://${host}`, { timeouts }), request)).rejects.toMatchObject(givesUp);
    await expect.poll(() => state.ended).toBe(true);
    expect(state.chunks).toBeLessThan(64 * 16);
    const whole = { method: "PUT", body: Buffer.alloc(64 * 1_048_576) } as const;
    await expect(send(open(`http://${host}`, { timeouts }), whole)).rejects.toMatchObject(givesUp);
  });

  test("but not with one that takes it slowly, whatever it is made of", async () => {
    const total = 64 * 1_048_576;
    const [slowMs, headersTimeoutMs] = [4_500, 2_500];
    const host = await servers.serveRaw((socket) => {
      let bytes = 0;
      const timer = setInterval(() => {
        bytes += (socket.read() as Buffer | null)?.byteLength ?? 0;
      }, 10);
      socket.pause().once("close", () => clearInterval(timer));
      setTimeout(() => {
        clearInterval(timer);
        // What the kernels hold would take its time too.
        socket.on("data", (chunk: Buffer) => {
          bytes += chunk.byteLength;
          if (bytes > total) socket.end(answer("201 Created"));
        });
        socket.resume();
      }, slowMs);
    });
    const whole = { method: "PUT", body: Buffer.alloc(total) } as const;
    const transport = open(`http://${host}`, { timeouts: { ...timeouts, headersTimeoutMs } });
    const started = performance.now();
    expect(await send(transport, whole)).toBe("201 ");
    expect(performance.now() - started).toBeGreaterThan(slowMs - 100);
  });

  test("with a body that nobody wants and that never ends", async () => {
    const host = await servers.serveRaw((socket) => {
      socket.write("HTTP/1.1 404 Not Found\r\nContent-Length: 60000\r\n\r\n");
      drip(socket, () => "x", 50);
    });
    const transport = open(`http://${host}`, { timeouts });
    const response = await transport.request({ method: "GET", url: new URL(transport.origin) });
    const started = performance.now();
    await response.discard();
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe("an early answer to an upload is heard", () => {
  const endings: Record<string, (socket: Socket, words: string) => void> = {
    "and the rest reset": (socket, words) => socket.pause().write(words, () => socket.destroy()),
    "and the rest drained": (socket, words) => socket.resume().end(words),
    "and the rest left lying": (socket, words) => socket.pause().write(words),
  };

  for (const [ending, end] of Object.entries(endings)) {
    for (const secure of [false, true]) {
      test(`${ending}, over ${secure ? "TLS" : "TCP"}`, async () => {
        for (const status of ["413 Payload Too Large", "401 Unauthorized", "429 Too Many Requests"]) {
          const refuse = (socket: Socket) => {
            socket.on("error", () => undefined);
            socket.once("data", () => end(socket, answer(status, "why")));
          };
          const host = secure
            ? await servers.listen(createRawTlsServer(certificate, refuse))
            : await servers.serveRaw(refuse);
          const transport = open(`http${secure ? "s" : ""}://${host}`);
          for (let round = 0; round < 5; round++) {
            const { state, request } = createUpload(8);
            expect(await send(transport, request)).toBe(`${status.slice(0, 3)} why`);
            await expect.poll(() => state.ended).toBe(true);
          }
        }
      });
    }
  }

  test("while a connection that ends without an answer is lost soon", async () => {
    const host = await servers.serveRaw((socket) => void socket.once("data", () => socket.pause().destroy()));
    const { request } = createUpload(8);
    const started = performance.now();
    await expect(send(open(`http://${host}`), request)).rejects.toMatchObject({
      code: "connection-lost",
      facts: { retryable: true },
    });
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});

describe("a kept connection that the server closes", () => {
  /** Answers so many requests per connection, then hangs up on the next one without a word. */
  const serveThenHangUp = async (answers: number, seen: string[]) =>
    servers.serveRaw((socket) => {
      let left = answers;
      socket.on("data", (chunk: Buffer) => {
        const [method] = /^[A-Z]+(?= \/)/.exec(chunk.toString("latin1")) ?? [];
        // Else it is the question whether TLS is spoken here.
        if (method !== undefined) seen.push(method);
        if (left-- > 0) socket.write(answer("200 OK", "ok"));
        else socket.destroy();
      });
    });

  test("is replaced for what may be repeated", async () => {
    const seen: string[] = [];
    const transport = open(`http://${await serveThenHangUp(1, seen)}`);
    for (const method of ["GET", "PUT", "DELETE"] as const) {
      expect(await send(transport, { method })).toBe("200 ok");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(seen).toEqual(["GET", "PUT", "PUT", "DELETE", "DELETE"]);
    expect(transport.requests).toBe(5);
  });

  test("takes its idle siblings along, which would only be met one after another", async () => {
    // An address that moves from one machine to the next: that one resets what it does not know.
    let machine = 1;
    const host = await servers.serveRaw((socket) => {
      const first = machine;
      socket.on("data", () => {
        if (machine !== first) socket.resetAndDestroy();
        else setTimeout(() => socket.write(answer("200 OK", "ok")), 50);
      });
    });
    const transport = open(`http://${host}`);
    const fill = async () => Promise.all(Array.from({ length: 8 }, async () => send(transport)));
    await fill();
    machine = 2;
    expect(await send(transport)).toBe("200 ok");
    await fill();
    machine = 3;
    await expect(send(transport, { method: "POST" })).rejects.toMatchObject({ code: "connection-lost" });
    expect(await send(transport, { method: "POST" })).toBe("200 ok");
  });

  test("takes its idle siblings along when it only falls silent", async () => {
    let isMoved = false;
    const host = await servers.serveRaw((socket) => {
      const isNew = isMoved;
      socket.on("data", () => {
        if (isNew === isMoved) setTimeout(() => socket.write(answer("200 OK", "ok")), 50);
      });
    });
    const transport = open(`http://${host}`, { timeouts: { headersTimeoutMs: 300 } });
    await Promise.all(Array.from({ length: 4 }, async () => send(transport)));
    isMoved = true;
    await expect(send(transport)).rejects.toMatchObject({ code: "timeout" });
    expect(await send(transport)).toBe("200 ok");
  });

  test("is lost to what may not, and where no answer came before", async () => {
    const seen: string[] = [];
    const transport = open(`http://${await serveThenHangUp(1, seen)}`);
    expect(await send(transport)).toBe("200 ok");
    await new Promise((resolve) => setTimeout(resolve, 20));
    await expect(send(transport, { method: "POST" })).rejects.toMatchObject({ code: "connection-lost" });
    const mute = open(`http://${await serveThenHangUp(0, seen)}`);
    await expect(send(mute)).rejects.toMatchObject({ code: "connection-lost" });
    expect(seen).toEqual(["GET", "POST", "GET"]);
  });

  test("while idle is no failure of the next request", async () => {
    let connections = 0;
    const host = await servers.serveRaw((socket) => {
      connections++;
      socket.on("data", () => {
        socket.write(answer("200 OK", "ok"));
        setTimeout(() => socket.end(), 20);
      });
    });
    const transport = open(`http://${host}`);
    for (let count = 0; count < 3; count++) {
      expect(await send(transport, { method: "POST" })).toBe("200 ok");
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    expect(connections).toBe(3);
  });
});
