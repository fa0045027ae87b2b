import { createServer } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCertificateAuthority, type CertificateAuthority } from "#lib/testing/certificate-authority.ts";
import { createLoopbackServers } from "#lib/testing/loopback-servers.ts";
import { readPeerCertificate } from "./peer-certificate.ts";
import { connectToServer } from "./server-connection.ts";

const servers = createLoopbackServers();
let ca: CertificateAuthority;
let server: Awaited<ReturnType<CertificateAuthority["issueServer"]>>;

beforeAll(async () => {
  ca = await createCertificateAuthority();
  server = await ca.issueServer(["elsewhere.test"]);
});
afterAll(() => servers.close());

const withCode = (code: string) => expect.objectContaining({ code }) as Error;

test("shows a certificate that nobody would believe, and says nothing to the server", async () => {
  const said: string[] = [];
  const origin = await servers.serveTls(server, (request, response) => {
    said.push(request.url ?? "");
    response.end();
  });
  const certificate = await readPeerCertificate({ origin });
  expect(certificate?.subjectAltName).toBe("DNS:elsewhere.test");
  expect(said).toEqual([]);
});

test("shows itself to a server that wants that, also where TLS 1.2 ends without it", async () => {
  const client = await ca.issueClient("drayage");
  const origin = await servers.serveTls({
    ...{ ...server, requestCert: true, rejectUnauthorized: true, ca: ca.cert, maxVersion: "TLSv1.2" },
  });
  await expect(readPeerCertificate({ origin })).rejects.toThrow();
  const certificate = await readPeerCertificate({ origin, clientCertificate: client });
  expect(certificate?.subjectAltName).toBe("DNS:elsewhere.test");
});

test("goes through a proxy where there is one", async () => {
  const { host } = new URL(await servers.serveTls(server));
  const tunnels: string[] = [];
  const proxy = createServer().on("connect", (request, socket) => {
    tunnels.push(request.url ?? "");
    const [hostname = "", port = ""] = host.split(":");
    const onward = connect(Number(port), hostname, () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    onward.on("error", () => socket.destroy());
  });
  const url = `http://${await servers.listen(proxy)}`;
  const certificate = await readPeerCertificate({ origin: "https://elsewhere.test:8443", proxy: { url } });
  expect(certificate?.subjectAltName).toBe("DNS:elsewhere.test");
  expect(tunnels).toEqual(["elsewhere.test:8443"]);
});

test.each([
  ["nobody listens", "https://127.0.0.1:9", "connection-refused"],
  ["the cloud's metadata is", "https://169.254.169.254", "address-refused"],
])("is not to be had where %s", async (_what, origin, code) => {
  await expect(readPeerCertificate({ origin })).rejects.toThrow(withCode(code));
  await expect(connectToServer({ origin, connectTimeoutMs: 3_000 })).rejects.toThrow(withCode(code));
});

test("is not to be had where TLS is not spoken", async () => {
  const plain = await servers.serve((_request, response) => response.end());
  const origin = plain.replace("http:", "https:");
  await expect(readPeerCertificate({ origin })).rejects.toThrow(withCode("protocol-mismatch"));
});

test("a plain connection comes with the terms on which TLS may begin on it", async () => {
  const origin = `smtp://${await servers.serveRaw((socket) => socket.end("220 hello\r\n"))}`;
  const { socket, trust } = await connectToServer({
    ...{ origin, caCertificates: [ca.cert], connectTimeoutMs: 3_000 },
  });
  expect(trust.rejectUnauthorized).toBe(true);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  expect(Buffer.concat(chunks).toString()).toBe("220 hello\r\n");
});
