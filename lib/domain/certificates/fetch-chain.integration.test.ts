import { createServer as createHttpServer } from "node:http";
import { connect } from "node:net";
import { createSecureContext, createServer as createTlsServer, type TlsOptions } from "node:tls";
import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { findFreePort } from "#lib/free-port.ts";
import { NetworkError } from "#lib/engine/network/network-error.ts";
import { runProgram, spawnServer, stopChild } from "#lib/testing/child-process.ts";
import {
  issueCertificate,
  type CertificateWish,
  type TestCertificate,
} from "#lib/testing/issue-certificate.ts";
import { createLoopbackServers } from "#lib/testing/loopback-servers.ts";
import { findProgram } from "#lib/testing/programs.ts";
import { Certificate } from "./certificate.ts";
import { diagnoseChain } from "./diagnose-chain.ts";
import { describeHandshakeEnd, fetchChain, type PresentedChain, type ServerAddress } from "./fetch-chain.ts";

const servers = createLoopbackServers();
afterEach(() => servers.close());

const authority = { ca: true, keyUsage: ["keyCertSign"] } as const;
const root = issueCertificate({ ...authority, subject: ["O=Lab", "CN=Root"] });
const middle = issueCertificate({ ...authority, subject: ["O=Lab", "CN=Issuing"], issuer: root });
const server: CertificateWish = { subject: "localhost", names: ["localhost", "127.0.0.1"] };
const leaf = issueCertificate({ ...server, issuer: middle });
const other = issueCertificate({ ...authority, subject: "Other" });

const textOf = (certificates: readonly TestCertificate[]) => certificates.map(({ pem }) => pem).join("");
const pemsOf = ({ certificates }: PresentedChain) => certificates.map(({ pem }) => pem);
const addressOf = (authorityText: string): ServerAddress => {
  const { hostname, port } = new URL(`https://${authorityText}`);
  return { host: hostname, port: Number(port) };
};

/** A TLS server that keeps what it is sent. */
async function serve(sent: readonly TestCertificate[], options: TlsOptions = {}) {
  const received: Buffer[] = [];
  const names: (string | false | null)[] = [];
  const listening = createTlsServer(
    { cert: textOf(sent), key: sent[0]?.keyPem ?? "", ciphers: "DEFAULT@SECLEVEL=0", ...options },
    (socket) => {
      names.push(socket.servername);
      socket.on("error", () => undefined).on("data", (bytes: Buffer) => received.push(bytes));
    },
  );
  listening.on("tlsClientError", () => undefined);
  const address = addressOf(await servers.listen(listening));
  return { address, received, names };
}

async function failureOf(attempt: Promise<unknown>): Promise<unknown> {
  return attempt.then(
    () => "no failure",
    (error: unknown) => error,
  );
}

describe("fetchChain", () => {
  it.each(["TLSv1.3", "TLSv1.2"] as const)("gives all that was sent in its order: %s", async (version) => {
    const sent = [leaf, root, other, middle, middle];
    const { address, received, names } = await serve(sent, { minVersion: version, maxVersion: version });
    const chain = await fetchChain({ ...address, host: "localhost" });
    expect(pemsOf(chain)).toEqual(sent.map(({ pem }) => pem));
    expect(chain).toMatchObject({
      unreadable: 0,
      protocol: version,
      protocolTooOld: false,
      address: "127.0.0.1",
      wantsClientCertificate: false,
      failure: null,
    });
    expect(chain.cipher).toMatch(/AES|CHACHA/);
    expect(names).toEqual(["localhost"]);
    expect(received).toEqual([]);
  });

  it("asks for the name that it is told, and for none by an address", async () => {
    const contexts = { "a.test": leaf, "b.test": issueCertificate({ subject: "b.test", issuer: root }) };
    const { address } = await serve([other], {
      SNICallback: (name, done) => {
        const { pem: cert, keyPem: key } = contexts[name as keyof typeof contexts];
        done(null, createSecureContext({ cert, key }));
      },
    });
    expect(pemsOf(await fetchChain(address))).toEqual([other.pem]);
    for (const [serverName, { pem }] of Object.entries(contexts)) {
      expect(pemsOf(await fetchChain(address, { serverName }))).toEqual([pem]);
    }
  });

  const past = { notBefore: new Date("2020-01-01"), notAfter: new Date("2021-01-01") };
  it.each([
    ["expired", past],
    ["of version 1", { version: 1 }],
    ["with a short key", { key: "rsa1024" }],
    ["signed with MD5", { key: "rsa2048", hash: "md5" }],
    ["signed with SHA-1", { hash: "sha1" }],
    ["with a curve without a name by NIST", { key: "brainpoolP256r1" }],
    ["without names", { subject: [], names: [] }],
  ] as [string, CertificateWish][])("is not stopped by a certificate %s", async (_what, wish) => {
    const bad = issueCertificate({ ...server, ...wish });
    const { address } = await serve([bad]);
    expect(pemsOf(await fetchChain(address))).toEqual([bad.pem]);
  });

  it.each(["TLSv1", "TLSv1.1"] as const)("tells an old protocol: %s", async (version) => {
    const { address } = await serve([leaf, middle], { minVersion: version, maxVersion: version });
    const chain = await fetchChain(address);
    expect(pemsOf(chain)).toEqual([leaf.pem, middle.pem]);
    expect(chain).toMatchObject({ protocol: version, protocolTooOld: true, failure: null });
  });

  it.each(["TLSv1.2", "TLSv1.3"] as const)(
    "sees the chain of who wants our certificate: %s",
    async (version) => {
      const mutual = { requestCert: true, rejectUnauthorized: true, ca: root.pem };
      const { address } = await serve([leaf, middle], {
        ...mutual,
        minVersion: version,
        maxVersion: version,
      });
      const chain = await fetchChain(address);
      expect(pemsOf(chain)).toEqual([leaf.pem, middle.pem]);
      expect(chain.wantsClientCertificate).toBe(true);
      expect(chain.failure).toMatchObject({
        code: "client-certificate-required",
        facts: { origin: `https://127.0.0.1:${address.port}` },
      });
    },
  );

  it("does not wait long for a server of TLS 1.3 that says nothing after the handshake", async () => {
    const folder = await mkdtemp(join(tmpdir(), "drayage-s-server-"));
    const [cert, key, port] = [join(folder, "cert"), join(folder, "key"), await findFreePort()];
    await Promise.all([writeFile(cert, leaf.pem), writeFile(key, leaf.keyPem)]);
    const output = await open("/dev/null", "w");
    const args = [
      "-accept",
      `127.0.0.1:${port}`,
      "-num_tickets",
      "0",
      "-tls1_3",
      "-www",
      "-cert",
      cert,
      "-key",
      key,
    ];
    const child = spawnServer(await findProgram("openssl"), ["s_server", ...args], {
      stdoutFd: output.fd,
      stderrFd: output.fd,
    });
    try {
      const address = { host: "127.0.0.1", port };
      await expect.poll(() => failureOf(fetchChain(address)), { timeout: 10_000 }).toBe("no failure");
      const startedAt = performance.now();
      expect(await fetchChain(address)).toMatchObject({ protocol: "TLSv1.3", failure: null });
      expect(performance.now() - startedAt).toBeLessThan(5_000);
    } finally {
      await stopChild(child);
      await output.close();
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("tells plain HTTP and other protocols from TLS", async () => {
    const http = await servers.listen(createHttpServer((_request, response) => response.end("hello")));
    expect(await failureOf(fetchChain(addressOf(http)))).toMatchObject({ code: "protocol-mismatch" });
    const ssh = await servers.serveRaw((socket) => socket.write("SSH-2.0-OpenSSH_9.2p1\r\n"));
    expect(await failureOf(fetchChain(addressOf(ssh)))).toMatchObject({ code: "protocol-mismatch" });
  });

  it("names what ends it before a certificate comes", async () => {
    const refusing = await serve([leaf], { SNICallback: (_name, done) => done(new Error("unknown")) });
    const unknown = await failureOf(fetchChain(refusing.address, { serverName: "a.test" }));
    expect(unknown).toMatchObject({ name: "NetworkError" });
    const closing = await servers.serveRaw((socket) => socket.destroy());
    expect(await failureOf(fetchChain(addressOf(closing)))).toMatchObject({ code: "connection-lost" });
    const silent = addressOf(await servers.serveRaw(() => undefined));
    expect(await failureOf(fetchChain(silent, { timeoutMs: 300 }))).toMatchObject({ code: "timeout" });
  });

  /** A record of an alert (RFC 8446 section 6), fatal. */
  const alert = (code: number) => Buffer.from([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, code]);
  /** A server's hello of SSL 3.0 (RFC 6101 section 5.6.1.3). */
  const hello = [0x03, 0x00, ...Buffer.alloc(32, 1), 0x00, 0x00, 0x2f, 0x00];
  const ancientHello = Buffer.from([
    0x16,
    0x03,
    0x00,
    0x00,
    hello.length + 4,
    0x02,
    0,
    0,
    hello.length,
    ...hello,
  ]);

  it.each([
    ["an alert of the protocol", alert(70), { alert: "protocol-version", protocolTooOld: true }],
    ["SSL 3.0", ancientHello, { alert: null, protocolTooOld: true }],
    ["an alert of the name", alert(112), { alert: "unrecognized-name", protocolTooOld: false }],
    ["an alert without a reason", alert(40), { alert: "handshake-failure", protocolTooOld: false }],
  ])("tells how the server ended the handshake: %s", async (_how, answer, end) => {
    const server = addressOf(await servers.serveRaw((socket) => socket.end(answer)));
    const failure = await failureOf(fetchChain(server));
    expect(failure).toMatchObject({ code: "tls-failed" });
    if (failure instanceof NetworkError) expect(describeHandshakeEnd(failure)).toEqual(end);
  });

  it("names what keeps it from the server", async () => {
    const closed = createTlsServer();
    const address = addressOf(await servers.listen(closed));
    await servers.close();
    expect(await failureOf(fetchChain(address))).toMatchObject({ code: "connection-refused" });
    expect(await failureOf(fetchChain({ host: "registry.invalid", port: 443 }))).toMatchObject({
      code: "host-not-found",
    });
    expect(await failureOf(fetchChain({ host: "169.254.169.254", port: 443 }))).toMatchObject({
      code: "address-refused",
    });
  });

  it("ends when it is called off", async () => {
    const silent = addressOf(await servers.serveRaw(() => undefined));
    const signal = AbortSignal.timeout(100);
    expect(await failureOf(fetchChain(silent, { signal }))).toMatchObject({ name: "AbortError" });
    expect(await failureOf(fetchChain(silent, { signal }))).toMatchObject({ name: "AbortError" });
  });

  it("goes through a proxy", async () => {
    const { address } = await serve([leaf, middle]);
    const asked: string[] = [];
    const proxy = createHttpServer().on("connect", (request, socket) => {
      asked.push(request.url ?? "");
      if (!request.url?.startsWith("registry.test:")) return socket.end("HTTP/1.1 403 No\r\n\r\n");
      const onward = connect({ host: "127.0.0.1", port: address.port }, () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        onward.pipe(socket).pipe(onward);
      });
      for (const end of [onward, socket]) end.on("error", () => undefined);
    });
    const url = `http://${await servers.listen(proxy)}`;
    const chain = await fetchChain({ host: "registry.test", port: 5_000 }, { proxy: { url } });
    expect(pemsOf(chain)).toEqual([leaf.pem, middle.pem]);
    expect(chain.address).toBeNull();
    expect(asked).toEqual(["registry.test:5000"]);
    const refused = fetchChain({ host: "other.test", port: 443 }, { proxy: { url } });
    expect(await failureOf(refused)).toMatchObject({ code: "proxy-refused", facts: { status: 403 } });
  });
});

describe("openssl s_client agrees", () => {
  /** The number that it ends with: X509_V_OK and X509_V_ERR_*. */
  async function askOpenssl({ port }: ServerAddress, stored: readonly TestCertificate[], host: string) {
    const folder = await mkdtemp(join(tmpdir(), "drayage-s-client-"));
    try {
      const trusted = join(folder, "stored.pem");
      await writeFile(trusted, textOf(stored));
      const rules = ["-no-CApath", "-no-CAstore", "-CAfile", trusted, "-verify_hostname", host];
      const args = ["s_client", "-connect", `127.0.0.1:${port}`, "-servername", host, ...rules];
      const { stdout } = await runProgram(await findProgram("openssl"), args);
      return Number(/Verify return code: (\d+)/.exec(stdout)?.[1]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  const underRoot = (wish: CertificateWish) => issueCertificate({ ...server, issuer: root, ...wish });
  const day = 86_400_000;
  it.each([
    ["trusted", [leaf, middle], [root], "localhost", [], [0]],
    ["missing intermediate", [leaf], [root], "localhost", ["missing-intermediate"], [21]],
    ["unknown authority", [leaf, middle], [other], "localhost", ["unknown-authority"], [20]],
    ["unknown root", [leaf, middle, root], [other], "localhost", ["unknown-authority"], [19]],
    ["self-signed", [issueCertificate(server)], [other], "localhost", ["self-signed-leaf"], [18]],
    ["another name", [leaf, middle], [root], "a.test", ["name-mismatch"], [62]],
    [
      "expired",
      [underRoot({ notAfter: new Date(Date.now() - day / 2) })],
      [root],
      "localhost",
      ["expired"],
      [10],
    ],
    [
      "not yet valid",
      [underRoot({ notBefore: new Date(Date.now() + day) })],
      [root],
      "localhost",
      ["not-yet-valid"],
      [9],
    ],
  ] as [string, TestCertificate[], TestCertificate[], string, string[], number[]][])(
    "%s",
    async (_name, sent, stored, host, codes, numbers) => {
      const { address } = await serve(sent);
      const { certificates } = await fetchChain({ ...address, host: "localhost" }, { serverName: host });
      const trusted = stored.map(({ der }) => Certificate.parse(der)).filter((each) => each !== null);
      const question = { presented: certificates, stored: trusted, host, at: new Date() };
      const { problems } = diagnoseChain({ ...question, verifier: "openssl" });
      expect(problems.map(({ code }) => code)).toEqual(codes);
      expect(numbers).toContain(await askOpenssl(address, stored, host));
    },
  );
});
