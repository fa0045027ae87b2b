import type { FindingCode } from "../domain/doctor/finding.ts";
import type { FailedAddress, FoundAddress } from "../domain/doctor/finding-facts.ts";
import { list, type Verdicts } from "./verdict.ts";

type ConnectionCode = Extract<
  FindingCode,
  `${"dns" | "reach" | "proxy" | "protocol" | "tls" | "clock"}-${string}`
>;

const addresses = (found: readonly FoundAddress[]) => list(found.map(({ address }) => address));
const failures = (failed: readonly FailedAddress[]) =>
  list(failed.map(({ address, platformCode, failure }) => `${address} (${platformCode ?? failure})`));
const servers = (asked: readonly string[]) =>
  asked.length === 0 ? "the name server" : `the name server ${list(asked)}`;
const at = ({ host, port }: { readonly host: string; readonly port: number }) =>
  `${host.includes(":") ? `[${host}]` : host}:${port}`;
const code = (platformCode: string | null) => (platformCode === null ? "" : ` (${platformCode})`);
const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;

/** From a name to an agreed handshake. */
export const connectionVerdicts: Verdicts<ConnectionCode> = {
  "dns-resolved": ({ host, addresses: found }) => ({ seen: `${host} is ${addresses(found)}.` }),
  "dns-literal": ({ host }) => ({ seen: `${host} is an address, so no name has to be resolved.` }),
  "dns-ipv6-only": ({ host, addresses: found }) => ({
    seen: `${host} has addresses of IPv6 only: ${addresses(found)}.`,
    meaning: "Nodes without IPv6 do not reach it.",
    remedy: "Add an address of IPv4 (a record of type A), or make sure that all nodes have IPv6.",
  }),
  "dns-loopback": ({ host, addresses: found }) => ({
    seen: `${host} leads this machine to itself (${addresses(found)}).`,
    meaning: "On a node, the same name or address leads to the node itself.",
    remedy: "Use a name that means the same server on every machine.",
  }),
  "dns-local-domain": ({ host }) => ({
    seen: `${host} ends in .local.`,
    meaning:
      "That domain belongs to multicast DNS: systemd-resolved on nodes does not ask name servers for it, though this machine does.",
    remedy: "Use another domain, or configure the nodes to ask name servers for .local.",
  }),
  "dns-left-to-proxy": ({ host, proxy }) => ({
    seen: `The name of ${host} was not resolved here, since the proxy ${proxy} does that.`,
  }),
  "dns-not-found": ({ host, servers: asked }) => ({
    seen: `Nobody knows the name ${host}; ${servers(asked)} says that it does not exist.`,
    meaning: "It is misspelt, or missing in the DNS that this machine asks.",
    remedy: "Check the spelling, and add the name to the DNS that this machine and the nodes ask.",
  }),
  "dns-no-address": ({ host, servers: asked }) => ({
    seen: `The name ${host} is known, but has no address; ${servers(asked)} says so.`,
    remedy: "Add a record of type A to the name.",
  }),
  "dns-server-unreachable": ({ host, servers: asked }) => ({
    seen: `${host} cannot be resolved: ${servers(asked)} cannot be reached.`,
    remedy: "Check /etc/resolv.conf, whether the name server runs, and the firewall (port 53, UDP and TCP).",
  }),
  "dns-timeout": ({ host, servers: asked, waitedMs }) => ({
    seen: `${host} cannot be resolved: ${servers(asked)} did not answer in ${seconds(waitedMs)}.`,
    meaning: "The name server is down, or a firewall swallows the questions.",
    remedy: "Check /etc/resolv.conf, whether the name server runs, and the firewall (port 53, UDP and TCP).",
  }),
  "dns-server-failed": ({ host, servers: asked, platformCode }) => ({
    seen: `${host} cannot be resolved: ${servers(asked)} answers that it failed${code(platformCode)}.`,
    meaning: "It may not answer this machine, or does not reach the servers that it asks itself.",
    remedy: "Look at the name server's log and its forwarders.",
  }),
  "dns-address-refused": ({ host, addresses: found }) => ({
    seen: `${host} is ${addresses(found)}, which is not contacted: no registry has such an address.`,
    remedy: "Correct the address of the name.",
  }),

  "reach-connected": ({ addresses: found, port, latencyMs }) => ({
    seen: `${list(found)} takes connections at port ${port} (${latencyMs} ms).`,
  }),
  "reach-partly": ({ host, connected, failed }) => ({
    seen: `Of the addresses of ${host}, ${list(connected)} answers, and ${failures(failed)} does not.`,
    meaning: "Which address a node takes is chance, so that some pulls fail or are slow.",
    remedy: "Mend what listens there, or take the address out of the DNS.",
  }),
  "reach-refused": ({ host, port, failed }) => ({
    seen: `${host} refuses connections at port ${port}: ${failures(failed)}.`,
    meaning: "The machine is there, but nothing listens at this port, or a firewall refuses.",
    remedy: "Check the port, and whether the registry runs.",
  }),
  "reach-no-route": ({ host, port, failed }) => ({
    seen: `There is no way to ${host}, port ${port}: ${failures(failed)}.`,
    meaning: "No route leads there, or a router or this machine's firewall forbids it.",
    remedy: "Check the routes and firewalls of this machine and on the way.",
  }),
  "reach-timeout": ({ host, port, failed, waitedMs }) => ({
    seen: `${host} did not answer at port ${port} in ${seconds(waitedMs)}: ${failures(failed)}.`,
    meaning: "The machine is down, or a firewall swallows what is sent.",
    remedy: "Check whether the machine is up, and the firewalls on the way.",
  }),
  "reach-failed": ({ host, port, failed }) => ({
    seen: `No connection to ${host}, port ${port}, could be opened: ${failures(failed)}.`,
    remedy: "Check the network of this machine.",
  }),

  "proxy-none": () => ({ seen: "No proxy is used." }),
  "proxy-bypassed": ({ host, proxy }) => ({
    seen: `${host} is reached without the proxy ${proxy}, as the rules for that say.`,
  }),
  "proxy-tunnel-opened": ({ host, proxy }) => ({
    seen: `The proxy ${proxy} lets this machine through to ${host}.`,
    meaning: "Nodes need the proxy, too, or a way of their own.",
  }),
  "proxy-invalid": () => ({
    seen: "The address of the proxy is not valid.",
    remedy: "Write it like http://proxy.example.com:3128.",
  }),
  "proxy-unreachable": ({ proxy, platformCode }) => ({
    seen: `The proxy ${proxy} cannot be reached${code(platformCode)}.`,
    remedy: "Check its address, or name the registry among what is reached without it (--no-proxy).",
  }),
  "proxy-tls-failed": ({ proxy, platformCode }) => ({
    seen: `No TLS connection to the proxy ${proxy} could be agreed upon${code(platformCode)}.`,
    remedy: "Trust its certificate (--ca), or use it by http://.",
  }),
  "proxy-unauthorized": ({ proxy, credentialsSent }) => ({
    seen: credentialsSent
      ? `The proxy ${proxy} does not accept the user name and password.`
      : `The proxy ${proxy} wants a user name and a password.`,
    remedy: "Write them into its address: http://user:password@host:port.",
  }),
  "proxy-refused": ({ host, proxy, status }) => ({
    seen: `The proxy ${proxy} does not lead to ${host}${status === null ? "" : ` (HTTP ${status})`}.`,
    meaning:
      status !== null && status >= 500
        ? "It does not reach the registry itself, or does not know its name."
        : "Its rules forbid it.",
    remedy: "Have it allowed there, or reach the registry without the proxy (--no-proxy).",
  }),

  "protocol-tls": (server) => ({ seen: `${at(server)} speaks TLS.` }),
  "protocol-plain-http": (server) => ({
    seen: `${at(server)} speaks plain HTTP, where HTTPS was expected.`,
    meaning: 'Nodes say "http: server gave HTTP response to HTTPS client", and pull nothing.',
    remedy: "Give the registry a certificate and let it speak TLS, or name the port at which it does.",
  }),
  "protocol-plain-http-wanted": (server) => ({
    seen: `${at(server)} speaks plain HTTP, as it was meant to.`,
    meaning: "Nodes pull by HTTPS unless containerd on each is told otherwise.",
    remedy: "Let the registry speak TLS before clusters use it.",
  }),
  "protocol-tls-instead": (server) => ({
    seen: `${at(server)} speaks TLS, where plain HTTP was expected.`,
    remedy: "Leave --plain-http out, and have the registry set to HTTPS wherever it is configured.",
  }),
  "protocol-other": (server) => ({
    seen: `What answers at ${at(server)} is neither TLS nor HTTP.`,
    remedy: "Check the port: another service listens there.",
  }),
  "protocol-silent": ({ waitedMs, ...server }) => ({
    seen: `${at(server)} takes connections, and said nothing in ${seconds(waitedMs)}.`,
    meaning: "The registry hangs, or a firewall swallows what is sent after the connection was opened.",
    remedy: "Look at the registry's log; look for a firewall or a wrong MTU on the way.",
  }),
  "protocol-closed": ({ platformCode, ...server }) => ({
    seen: `${at(server)} takes connections, and ends them without a word${code(platformCode)}.`,
    meaning: "A load balancer without a registry behind it does that, and firewalls that read along.",
    remedy: "Look at the registry's log and at what stands before it.",
  }),

  "tls-agreed": ({ protocol, cipher, durationMs, certificates }) => ({
    seen: `${protocol}${cipher === null ? "" : `, ${cipher}`}, in ${durationMs} ms; certificates sent: ${list(
      certificates.map(({ subject }) => subject || "(no subject)"),
    )}.`,
  }),
  "tls-slow": ({ durationMs, limitMs, ...server }) => ({
    seen: `The handshake with ${at(server)} took ${seconds(durationMs)}, more than ${seconds(limitMs)}.`,
    meaning: "Each pull opens several connections, so that clusters are created slowly or not in time.",
    remedy: "Look at the load of the registry, and at what stands before it.",
  }),
  "tls-protocol-too-old": ({ protocol, ...server }) => ({
    seen: `${at(server)} speaks ${protocol ?? "an old version of TLS or SSL"} at most.`,
    meaning: "Nodes want TLS 1.2 or newer, and do not connect.",
    remedy: "Let the registry, or the proxy before it, offer TLS 1.2 and 1.3.",
  }),
  "tls-client-certificate-wanted": (server) => ({
    seen: `${at(server)} lets in only who shows a certificate of its own (mutual TLS).`,
    meaning: "Nodes have none to show.",
    remedy: "Let the registry take clients without a certificate, at least for pulling.",
  }),
  "tls-ended": ({ alert, platformCode, ...server }) => ({
    seen: `${at(server)} ended the handshake${alert === null ? code(platformCode) : ` (${alert})`}.`,
    meaning:
      alert === "unrecognized-name"
        ? "It has no certificate for the name by which it was asked."
        : "It has no certificate, or takes none of the ciphers and versions that were offered.",
    remedy: "Look at the log of what ends TLS there, and at its settings of names, versions and ciphers.",
  }),
  "tls-certificates-unreadable": ({ count, ...server }) => ({
    seen: `${count} of the certificates that ${at(server)} sends cannot be read.`,
    remedy: "Look at the file of certificates of the registry.",
  }),

  "clock-agrees": ({ skewSeconds }) => ({
    seen: `The server's clock agrees with this machine's, to ${Math.abs(skewSeconds)} s.`,
  }),
  "clock-skewed": ({ skewSeconds, serverTime, ownTime, explainsValidity }) => ({
    seen: `The server's clock is ${Math.abs(skewSeconds)} s ${skewSeconds < 0 ? "behind" : "ahead of"} this machine's: ${serverTime} there, ${ownTime} here.`,
    meaning: explainsValidity
      ? "By the server's clock its certificates are valid, so one of the clocks is the likely cause."
      : "Tokens and certificates may be taken for expired, or for not valid yet.",
    remedy: "Set both clocks by NTP, and those of the nodes.",
  }),
  "clock-unknown": ({ host }) => ({ seen: `${host} does not tell its time.` }),
};
