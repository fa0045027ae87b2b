import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import { afterAll, expect, it } from "vitest";
import { parseRegistryBase } from "#lib/engine/oci/reference.ts";
import { issueCertificate } from "#lib/testing/issue-certificate.ts";
import { createLoopbackServers } from "#lib/testing/loopback-servers.ts";
import { startMemoryRegistry } from "#lib/testing/memory-registry/memory-registry.ts";
import { Certificate } from "../certificates/certificate.ts";
import { examine } from "./examine.ts";
import type { Finding } from "./finding.ts";

const servers = createLoopbackServers();
afterAll(() => servers.close());

const root = issueCertificate({ ca: true, keyUsage: ["keyCertSign"], subject: ["O=Lab", "CN=Root"] });
const server = { subject: "localhost", names: ["localhost", "127.0.0.1"] };
const leaf = issueCertificate({ ...server, issuer: root });

async function listFindings(question: Parameters<typeof examine>[0]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for await (const each of examine(question)) findings.push(each);
  return findings;
}

const named = (name: string, der: Uint8Array) => {
  const certificate = Certificate.parse(der);
  if (certificate === null) throw new Error("no certificate");
  return { name, certificate };
};

it("walks to the paths of a registry with a private authority, and tells which list lacks it", async () => {
  const registry = await startMemoryRegistry({ tls: { cert: leaf.pem, key: leaf.keyPem } });
  const findings = await listFindings({
    registry: parseRegistryBase(registry.host),
    trust: { panel: [], cluster: [named("lab", root.der)] },
  });
  await registry.stop();
  const codes = findings.map(({ code }) => code);
  expect(codes).toEqual(
    expect.arrayContaining(["trust-accepted", "chain-unknown-authority", "remedy-stored", "api-answered"]),
  );
});

it("goes no further than the handshake where that fails", async () => {
  const options: TlsOptions = { cert: leaf.pem, key: leaf.keyPem, requestCert: true, ca: root.pem };
  const host = await servers.listen(createTlsServer(options).on("tlsClientError", () => undefined));
  const findings = await listFindings({ registry: parseRegistryBase(host), trust: {} });
  expect(findings).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ step: "tls", code: "tls-client-certificate-wanted", severity: "error" }),
      expect.objectContaining({ step: "api", code: "skipped", facts: { by: "tls", reason: "failed" } }),
    ]),
  );
});
