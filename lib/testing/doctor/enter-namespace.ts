import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runProgram } from "#lib/testing/child-process.ts";
import { findProgram } from "#lib/testing/programs.ts";
import type { NamespaceNetwork, NamespaceResult } from "./walk-in-namespace.ts";

const program = fileURLToPath(new URL("walk-in-namespace.ts", import.meta.url));

/**
 * A network with nothing in it but ways that lead nowhere: 10.1.0.0/24 is swallowed by this machine, 10.2.0.0/24
 * unreachable, 10.4.0.0/24 forbidden, 10.9.0.7 a neighbour that says nothing; to all else there is no route.
 */
const setUp = `
set -e
mount --bind "$1" /etc/resolv.conf
"$IP" link set lo up
"$IP" link add way0 type veth peer name way1
"$IP" address add 10.9.0.1/24 dev way0
"$IP" link set way0 up
"$IP" link set way1 up
"$IP" neighbour add 10.9.0.7 lladdr 02:00:00:00:00:07 dev way0 nud permanent
"$IP" route add blackhole 10.1.0.0/24
"$IP" route add unreachable 10.2.0.0/24
"$IP" route add prohibit 10.4.0.0/24
exec "$NODE" "$PROGRAM" "$1" "$2"
`;

/**
 * Walks in a network namespace of its own, whose /etc/resolv.conf is the test's, too: the machine's own network is left as
 * it is. Who is not root needs user namespaces for that.
 */
export async function walkInNamespace(network: NamespaceNetwork): Promise<readonly NamespaceResult[]> {
  const [unshare, ip] = await Promise.all([findProgram("unshare"), findProgram("ip")]);
  const folder = await mkdtemp(join(tmpdir(), "drayage-namespace-"));
  try {
    const resolvConf = join(folder, "resolv.conf");
    await writeFile(resolvConf, "");
    const rights = process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"];
    const args = [
      ...rights,
      "--net",
      "--mount",
      "sh",
      "-c",
      setUp,
      "sh",
      resolvConf,
      JSON.stringify(network),
    ];
    const { stdout } = await runProgram(unshare, args, {
      env: { ...ip.env, IP: ip.path, NODE: process.execPath, PROGRAM: program },
      timeoutMs: 90_000,
    });
    return JSON.parse(stdout) as NamespaceResult[];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
