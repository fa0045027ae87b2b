import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { examine } from "#lib/domain/doctor/examine.ts";
import type { Finding } from "#lib/domain/doctor/finding.ts";
import { parseRegistryBase } from "#lib/engine/oci/reference.ts";
import { askOpenssl } from "./ask-openssl.ts";
import { type NameAnswer, startNameServer } from "./name-server.ts";

/** A walk in a network of which the test decides everything. */
export interface NamespaceScenario {
  /** `host[:port]` */
  readonly registry: string;
  /** The name server that the machine is told to ask; the test's own unless given. */
  readonly nameServer?: string;
  /** For a connection, and for a name. */
  readonly connectTimeoutMs?: number;
}

export interface NamespaceNetwork {
  readonly names: Readonly<Record<string, NameAnswer>>;
  /** Ports of 127.0.0.1 that take connections, and end them at once. */
  readonly ports: readonly number[];
  readonly scenarios: readonly NamespaceScenario[];
}

export interface NamespaceResult {
  readonly findings: readonly Finding[];
  /** What `openssl s_client` says of the same address. */
  readonly openssl: string;
}

const ownNameServer = "127.0.0.53";

/** Runs in the namespace: what it prints are the results, in JSON. @param resolvConf the file that is /etc/resolv.conf */
async function walkAll(resolvConf: string, { names, ports, scenarios }: NamespaceNetwork): Promise<void> {
  const nameServer = await startNameServer(names, ownNameServer);
  const servers = ports.map((port) => createServer((socket) => socket.destroy()).listen(port, "127.0.0.1"));
  const results: NamespaceResult[] = [];
  for (const { registry, nameServer: asked = ownNameServer, connectTimeoutMs = 5_000 } of scenarios) {
    // One question, so that silence does not last as long as five seconds twice.
    writeFileSync(resolvConf, `nameserver ${asked}\noptions timeout:1 attempts:1\n`);
    const findings: Finding[] = [];
    const question = { registry: parseRegistryBase(registry), trust: {} };
    for await (const each of examine(question, { connectTimeoutMs })) findings.push(each);
    const address = /:\d+$/.test(registry) ? registry : `${registry}:443`;
    const { output } = await askOpenssl(address, { timeoutMs: 1_500 });
    results.push({ findings, openssl: output });
  }
  process.stdout.write(JSON.stringify(results));
  nameServer.close();
  for (const server of servers) server.close();
}

const [resolvConf = "", network = ""] = process.argv.slice(2);
await walkAll(resolvConf, JSON.parse(network) as NamespaceNetwork);
