import type { KnownMessage } from "./known-message.ts";
import { formatCommand } from "#lib/quote-argument.ts";

/** What to run on the node that has said it, to see the cause there; nothing where no command would tell more. */
export function messageCommands({ cause, facts }: KnownMessage): readonly string[] {
  const { host, repository, reference } = facts;
  const chain = host === undefined ? [] : [`${showChain(host)} </dev/null`];
  const ask = host === undefined ? [] : [formatCommand("curl", "-sS", "-i", `https://${host}/v2/`)];
  switch (cause) {
    case "unknown-authority":
    case "authority-key-differs":
      return [...chain, "ls -l /etc/ssl/certs/ /usr/local/share/ca-certificates/"];
    case "name-mismatch":
    case "common-name":
    case "no-ip-names":
    case "not-an-authority":
    case "weak-signature":
    case "client-certificate-wanted":
    case "tls-refused":
    case "tls-too-old":
      return chain;
    case "expired":
    case "not-yet-valid":
      return ["date -u", ...chain];
    case "name-not-found":
    case "name-server-failed":
      return [
        ...(host === undefined ? [] : [formatCommand("getent", "ahosts", bareName(host))]),
        "cat /etc/resolv.conf",
      ];
    case "proxy-failed":
    case "proxy-unauthorized":
      return ["systemctl show containerd --property Environment", "env | grep -i proxy"];
    case "disk-full":
      return ["df -h /var/lib/containerd /var/lib/kubelet", "sudo crictl rmi --prune"];
    case "wrong-architecture":
      return ["uname -m"];
    case "manifest-unknown":
    case "repository-unknown":
    case "platform-missing":
    case "denied":
    case "unauthorized":
      return host === undefined || repository === undefined || reference === undefined
        ? ask
        : [formatCommand("curl", "-sS", "-I", `https://${host}/v2/${repository}/manifests/${reference}`)];
    case "pull-failed":
      return ["kubectl get events --all-namespaces --field-selector reason=Failed"];
    case "plain-http":
    case "tls-expected":
    case "no-credentials":
    case "rate-limited":
    case "project-missing":
    case "timeout":
    case "refused":
    case "no-route":
    case "connection-broken":
    case "server-failed":
      return ask;
    default:
      return [];
  }
}

function showChain(host: string): string {
  const name = bareName(host);
  const port = /:(?<port>\d{1,5})$/.exec(host)?.groups?.port ?? "443";
  const isAddress = name.includes(":") || /^[\d.]+$/.test(name);
  const authority = `${name.includes(":") ? `[${name}]` : name}:${port}`;
  const server = isAddress ? ["-noservername"] : ["-servername", name];
  return formatCommand("openssl", "s_client", "-connect", authority, ...server, "-showcerts");
}

/** Without brackets and port. */
function bareName(host: string): string {
  return /^\[(?<address>[^\]]*)\]/.exec(host)?.groups?.address ?? host.replace(/:\d{1,5}$/, "");
}
