import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { runProgram } from "#lib/testing/child-process.ts";
import { createLoopbackServers } from "#lib/testing/loopback-servers.ts";
import { findProgram } from "#lib/testing/programs.ts";
import { createTransport, type Endpoint, type Transport } from "./transport.ts";

interface Certificate {
  readonly cert: string;
  readonly key: string;
}

let dir: string;
let certificates: { good: Certificate; otherName: Certificate; expired: Certificate };
const servers = createLoopbackServers();
const transports: Transport[] = [];

/** A self-signed certificate, made by `openssl ca` because only that takes dates in the past. */
async function makeCertificate(
  name: string,
  subject: string,
  startDate: Date,
  endDate: Date,
): Promise<Certificate> {
  const openssl = await findProgram("openssl");
  const [key, request, cert, config] = ["key", "csr", "crt", "cnf"].map((end) =>
    join(dir, `${name}.${end}`),
  ) as [string, string, string, string];
  await writeFile(join(dir, `${name}.index`), "");
  await writeFile(
    config,
    `[ca]\ndefault_ca = own\n[own]\ndatabase = ${join(dir, name)}.index\nnew_certs_dir = ${dir}\nrand_serial = yes\n` +
      `default_md = sha256\npolicy = any\nx509_extensions = server\n[any]\ncommonName = supplied\n` +
      `[server]\nsubjectAltName = ${subject}\nbasicConstraints = critical,CA:true\n`,
  );
  const format = (date: Date) => date.toISOString().replace(/[-:T]|\.\d+/g, "");
  await runProgram(openssl, [
    ...["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
    ...["-subj", "/CN=test", "-keyout", key, "-out", request],
  ]);
  await runProgram(openssl, [
    ...[
      "ca",
      "-selfsign",
      "-batch",
      "-notext",
      "-config",
      config,
      "-keyfile",
      key,
      "-in",
      request,
      "-out",
      cert,
    ],
    ...["-startdate", format(startDate), "-enddate", format(endDate)],
  ]);
  return { cert: await readFile(cert, "utf8"), key: await readFile(key, "utf8") };
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "drayage-transport-test-"));
  const days = (count: number) => new Date(Date.now() + count * 86_400_000);
  certificates = {
    good: await makeCertificate("good", "IP:127.0.0.1", days(-1), days(1)),
    otherName: await makeCertificate("other", "DNS:registry.example.com", days(-1), days(1)),
    expired: await makeCertificate("expired", "IP:127.0.0.1", days(-9), days(-8)),
  };
});
afterEach(async () => {
  await Promise.all(transports.splice(0).map((transport) => transport.close()));
  await servers.close();
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const { listen, serve } = servers;
const serveTls = async (certificate: Certificate, listener?: RequestListener) =>
  servers.serveTls({ cert: certificate.cert, key: certificate.key }, listener);

function open(origin: string, options: Partial<Endpoint> = {}): Transport {
  const transport = createTransport({ origin, ...options });
  transports.push(transport);
  return transport;
}

async function get(transport: Transport, path = "/", headers: Record<string, string> = {}): Promise<string> {
  const url = new URL(path, transport.origin);
  const response = await transport.request({ method: "GET", url, headers, followRedirects: true });
  const { bytes } = await response.read(1_000);
  return `${response.status} ${Buffer.from(bytes).toString()}`;
}

const failsWith = (code: string, facts: object = {}) => ({ name: "NetworkError", code, facts });

describe("TLS", () => {
  test("trusts the certificates it is given, and any of its own host when told to", async () => {
    const origin = await serveTls(certificates.good);
    await expect(get(open(origin))).rejects.toMatchObject(failsWith("tls-untrusted", { retryable: false }));
    expect(await get(open(origin, { caCertificates: [certificates.good.cert] }))).toBe("200 ok");
    expect(await get(open(origin, { skipVerify: true }))).toBe("200 ok");
    const other = new URL(origin);
    other.hostname = "localhost";
    const wrongHost = open(origin, { skipVerify: true }).request({ method: "GET", url: other });
    await expect(wrongHost).rejects.toMatchObject(failsWith("tls-untrusted"));
  });

  test("tells another name and another time from an unknown authority", async () => {
    const [named, old] = [await serveTls(certificates.otherName), await serveTls(certificates.expired)];
    await expect(get(open(named, { caCertificates: [certificates.otherName.cert] }))).rejects.toMatchObject(
      failsWith("tls-name-mismatch"),
    );
    await expect(get(open(old, { caCertificates: [certificates.expired.cert] }))).rejects.toMatchObject(
      failsWith("tls-expired"),
    );
  });

  test("is missed where it is spoken, and not expected where it is not", async () => {
    const plain = await serve((_request, response) => response.end("ok"));
    await expect(get(open(plain.replace("http:", "https:")))).rejects.toMatchObject(
      failsWith("protocol-mismatch"),
    );
    const secure = await serveTls(certificates.good);
    await expect(get(open(secure.replace("https:", "http:")))).rejects.toMatchObject(
      failsWith("protocol-mismatch"),
    );
  });

  test("is asked for no longer than anybody waits for the answer", async () => {
    for (const words of ["HTTP/1.1 400 Bad Request\r\ncontent-length: 3\r\n\r\nbad", null]) {
      const host = await servers.serveRaw((socket) => {
        socket.once("data", (bytes: Buffer) => {
          // A port that swallows the greeting of TLS.
          if (!bytes.toString("latin1").startsWith("GET ")) return;
          if (words === null) socket.destroy();
          else socket.write(words);
        });
      });
      const transport = open(`http://${host}`);
      const signal = AbortSignal.timeout(100);
      const started = performance.now();
      const asked = transport.request({ method: "GET", url: new URL(transport.origin), signal });
      await expect(asked).rejects.toMatchObject({ name: "AbortError", cause: { name: "TimeoutError" } });
      expect(performance.now() - started).toBeLessThan(3_000);
    }
  });

  test("that nobody agrees upon fails as such", async () => {
    const origin = `https://${await listen(createTlsServer({ ...certificates.good, maxVersion: "TLSv1.2", ciphers: "ECDHE-RSA-AES128-SHA" }))}`;
    await expect(get(open(origin, { skipVerify: true }))).rejects.toMatchObject(failsWith("tls-failed"));
  });
});

describe("connections", () => {
  test("that are refused, unknown or silent say so", async () => {
    await expect(get(open("http://127.0.0.1:1"))).rejects.toMatchObject(
      failsWith("connection-refused", { retryable: false }),
    );
    await expect(get(open("http://registry.invalid"))).rejects.toMatchObject(failsWith("host-not-found"));
    const mute = await servers.serveRaw((socket) => void socket.resume());
    const timeouts = { headersTimeoutMs: 1_000 };
    await expect(get(open(`http://${mute}`, { timeouts }))).rejects.toMatchObject(
      failsWith("timeout", { retryable: true }),
    );
  });

  test("that break in a body are lost, and refused ones are worth a retry after an answer", async () => {
    const server = createServer((_request, response) => {
      response.writeHead(200, { "content-length": 100 });
      response.write("half");
      setTimeout(() => response.destroy(), 20);
    });
    const transport = open(`http://${await listen(server)}`);
    await expect(get(transport)).rejects.toMatchObject(failsWith("connection-lost", { retryable: true }));
    await new Promise((resolve) => server.close(resolve));
    await expect(get(transport)).rejects.toMatchObject(failsWith("connection-refused", { retryable: true }));
  });

  test("that only drip are given up, in silence and in all", async () => {
    const silent = await serve((_request, response) => void response.writeHead(200).write("x"));
    await expect(get(open(silent, { timeouts: { bodyIdleTimeoutMs: 1_000 } }))).rejects.toMatchObject(
      failsWith("timeout"),
    );
    const dripping = await serve((request, response) => {
      const timer = setInterval(() => response.write("x"), 50);
      request.socket.once("close", () => clearInterval(timer));
    });
    await expect(get(open(dripping, { timeouts: { readTimeoutMs: 500 } }))).rejects.toMatchObject(
      failsWith("timeout"),
    );
  });

  test("are kept for the next request, whatever the method, and end with an abort", async () => {
    let connections = 0;
    const server = createServer((request, response) => {
      if (request.url !== "/hang") response.end("ok");
    });
    server.on("connection", () => connections++);
    const transport = open(`http://${await listen(server)}`);
    const url = new URL(transport.origin);
    for (const method of ["GET", "HEAD", "POST", "HEAD", "GET"] as const) {
      const response = await transport.request({ method, url });
      await response.discard();
    }
    // A request that follows at once finds the first one not quite back yet.
    expect(connections).toBeLessThanOrEqual(2);
    expect(transport.requests).toBe(5);
    const controller = new AbortController();
    const hanging = transport.request({
      method: "GET",
      url: new URL("/hang", url),
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(new Error("reason")), 50);
    await expect(hanging).rejects.toMatchObject({ name: "AbortError", cause: { message: "reason" } });
  });

  test("limit what is read into memory", async () => {
    const origin = await serve((_request, response) => response.end("x".repeat(5_000)));
    const response = await open(origin).request({ method: "GET", url: new URL(origin) });
    const { bytes, truncated } = await response.read(1_000);
    expect([bytes.byteLength, truncated]).toEqual([1_000, true]);
  });
});

describe("redirects", () => {
  test("are followed without the credentials when they lead elsewhere", async () => {
    const seen: (string | undefined)[] = [];
    const store = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.end("blob");
    });
    const origin = await serve((request, response) => {
      seen.push(request.headers.authorization);
      const location = request.url === "/here" ? "/there" : `${store}/blob`;
      response.writeHead(307, { location }).end();
    });
    expect(await get(open(origin), "/here", { Authorization: "Bearer secret" })).toBe("200 blob");
    expect(seen).toEqual(["Bearer secret", "Bearer secret", undefined]);
  });

  test("never lead from https to http, to other schemes, or in circles", async () => {
    const plain = await serve((_request, response) => response.end("ok"));
    const downgrading = await serveTls(certificates.good, (_request, response) =>
      response.writeHead(302, { location: plain }).end(),
    );
    const options = { caCertificates: [certificates.good.cert] };
    await expect(get(open(downgrading, options))).rejects.toMatchObject(failsWith("redirect-refused"));
    const circling = await serve((_request, response) =>
      response.writeHead(302, { location: "/again" }).end(),
    );
    const transport = open(circling);
    await expect(get(transport)).rejects.toMatchObject(failsWith("redirect-refused"));
    expect(transport.requests).toBe(6);
    const odd = await serve((_request, response) =>
      response.writeHead(302, { location: "file:///etc/passwd" }).end(),
    );
    await expect(get(open(odd))).rejects.toMatchObject(failsWith("redirect-refused"));
  });
});
