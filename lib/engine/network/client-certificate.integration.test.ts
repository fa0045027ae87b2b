import { createPrivateKey } from "node:crypto";
import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createCertificateAuthority, type CertificateAuthority } from "#lib/testing/certificate-authority.ts";
import { createLoopbackServers } from "#lib/testing/loopback-servers.ts";
import { startRegistry, type RegistryServer } from "#lib/testing/registry-server.ts";
import { createTransport, type Endpoint, type Transport } from "./transport.ts";

type Issued = Awaited<ReturnType<CertificateAuthority["issueClient"]>>;

const servers = createLoopbackServers();
const transports: Transport[] = [];
let ca: CertificateAuthority;
let server: Issued;
let client: Issued;
let stranger: Issued;
let registry: RegistryServer;

beforeAll(async () => {
  ca = await createCertificateAuthority();
  const other = await createCertificateAuthority("Other CA");
  server = await ca.issueServer(["127.0.0.1", "localhost"]);
  client = await ca.issueClient("drayage");
  stranger = await other.issueClient("drayage");
  registry = await startRegistry({ tls: { ...server, clientCa: ca.cert } });
});
afterEach(async () => {
  await Promise.all(transports.splice(0).map((transport) => transport.close()));
  await servers.close();
});
afterAll(() => registry.stop());

function open(origin: string, options: Partial<Endpoint> = {}): Transport {
  const transport = createTransport({ origin, caCertificates: [ca.cert], ...options });
  transports.push(transport);
  return transport;
}

async function get(transport: Transport, path = "/v2/"): Promise<string> {
  const url = new URL(path, transport.origin);
  const response = await transport.request({ method: "GET", url, followRedirects: true });
  const { bytes } = await response.read(1_000);
  return `${response.status} ${Buffer.from(bytes).toString()}`;
}

async function put(transport: Transport): Promise<number> {
  async function* upload() {
    for (let count = 0; count < 64; count++) {
      await Promise.resolve();
      yield Buffer.alloc(65_536);
    }
  }
  const headers = { "content-length": String(64 * 65_536) };
  const url = new URL("/v2/", transport.origin);
  const response = await transport.request({ method: "PUT", url, headers, body: upload() });
  await response.discard();
  return response.status;
}

test("lets us in to a registry that wants one", async () => {
  expect(await get(open(`https://${registry.host}`, { clientCertificate: client }))).toBe("200 {}");
  const careless = { clientCertificate: client, skipVerify: true, caCertificates: [] };
  expect(await get(open(`https://${registry.host}`, careless))).toBe("200 {}");
});

test("may have an encrypted key", async () => {
  const passphrase = "correct horse";
  const key = createPrivateKey(client.key)
    .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase })
    .toString();
  const locked = { cert: client.cert, key };
  const origin = `https://${registry.host}`;
  expect(await get(open(origin, { clientCertificate: { ...locked, passphrase } }))).toBe("200 {}");
  for (const clientCertificate of [locked, { ...locked, passphrase: "wrong horse" }]) {
    const failure: unknown = await get(open(origin, { clientCertificate })).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "client-certificate-invalid" });
    expect(inspect(failure, { depth: 9 })).not.toContain("horse");
  }
});

test("is asked for and refused in so many words, also in the middle of an upload", async () => {
  const origin = `https://${registry.host}`;
  const wanted = { code: "client-certificate-required", facts: { origin, retryable: false } };
  const wrong = { code: "client-certificate-refused", facts: { origin, retryable: false } };
  for (let round = 0; round < 5; round++) {
    await expect(get(open(origin))).rejects.toMatchObject(wanted);
    await expect(put(open(origin))).rejects.toMatchObject(wanted);
    await expect(get(open(origin, { clientCertificate: stranger }))).rejects.toMatchObject(wrong);
    await expect(put(open(origin, { clientCertificate: stranger }))).rejects.toMatchObject(wrong);
  }
});

test("is shown to nobody but the endpoint itself", async () => {
  const seen: (string | undefined)[] = [];
  const listen = async (location?: string) =>
    servers.serveTls(
      { ...server, ca: ca.cert, requestCert: true, rejectUnauthorized: false },
      (request, response) => {
        const { socket } = request;
        const peer =
          "getPeerCertificate" in socket ? (socket as never as PeerSocket).getPeerCertificate() : {};
        seen.push(peer.subject?.CN);
        response.writeHead(location === undefined ? 200 : 307, { location: location ?? "" }).end();
      },
    );
  const store = await listen();
  const otherName = store.replace("127.0.0.1", "localhost");
  for (const target of [store, otherName]) {
    expect(await get(open(await listen(target), { clientCertificate: client }))).toBe("200 ");
  }
  expect(seen).toEqual(["drayage", undefined, "drayage", undefined]);
});

interface PeerSocket {
  getPeerCertificate(): { subject?: { CN?: string } };
}

test.each([
  ["of another key", () => ({ cert: client.cert, key: stranger.key })],
  ["that is none", () => ({ cert: "not a certificate", key: client.key })],
  ["whose key is broken", () => ({ cert: client.cert, key: client.key.replace(/\n.{20}/, "\n") })],
  ["whose key is missing", () => ({ cert: client.cert, key: "" })],
])("%s fails as such and tells no secret", async (_case, clientCertificate) => {
  const transport = open(`https://${registry.host}`, { clientCertificate: clientCertificate() });
  const failure: unknown = await get(transport).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "client-certificate-invalid", facts: { retryable: false } });
  const secret = client.key.split("\n")[1] ?? "";
  expect(inspect(failure, { depth: 9 })).not.toContain(secret.slice(20, 40));
});
