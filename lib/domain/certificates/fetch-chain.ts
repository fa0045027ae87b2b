import type { NetworkError } from "#lib/engine/network/network-error.ts";
import { probeTls, type TlsProbeOptions } from "#lib/engine/network/probe-tls.ts";
import { Certificate } from "./certificate.ts";

/** Where a server listens. */
export interface ServerAddress {
  /** In ASCII and lower case, an IPv6 address in brackets. */
  readonly host: string;
  readonly port: number;
}

/** What a server has sent of itself. */
export interface PresentedChain {
  /** In the order in which they were sent. */
  readonly certificates: readonly Certificate[];
  /** How many more were sent that cannot be read. */
  readonly unreadable: number;
  /** `TLSv1.3`; null when the server broke off before one was agreed upon. */
  readonly protocol: string | null;
  /** Older than TLS 1.2: nodes, and this panel, do not connect (RFC 8996). */
  readonly protocolTooOld: boolean;
  readonly cipher: string | null;
  /** Where it was reached; null behind a proxy. */
  readonly address: string | null;
  /** It lets in only clients with a certificate of their own, which nodes do not have. */
  readonly wantsClientCertificate: boolean;
  /** Why it broke off after its certificates; null when it did not. */
  readonly failure: NetworkError | null;
}

/** What a server said when it ended a handshake. */
export interface HandshakeEnd {
  /** The alert of RFC 8446 section 6.2 that it sent, `protocol_version` as `protocol-version`; null when it sent none. */
  readonly alert: string | null;
  /** It speaks SSL 3.0 or older only, which nobody speaks any more. */
  readonly protocolTooOld: boolean;
}

const defaultPort = 443;
const tooOld: ReadonlySet<string> = new Set(["SSLv3", "TLSv1", "TLSv1.1"]);

/**
 * Reads `host`, `host:port`, `[address]:port`, also with `https://` before and a path behind, as people paste them.
 *
 * @returns null when it is none of them
 */
export function parseServerAddress(text: string): ServerAddress | null {
  const bare = text.trim().replace(/^[a-z][a-z0-9+.-]*:\/\//i, "");
  const authority = /^[^/?#]*/.exec(bare)?.[0] ?? "";
  if (authority === "" || /[@\s\\]/.test(authority) || authority.endsWith(":")) return null;
  const bracketed = !authority.includes("]") && isBareIpv6(authority);
  const url = URL.parse(`https://${bracketed ? `[${authority}]` : authority}`);
  if (url === null || url.port === "0") return null;
  return { host: url.hostname.replace(/\.$/, ""), port: url.port === "" ? defaultPort : Number(url.port) };
}

/** More than one colon: no name has that. */
const isBareIpv6 = (authority: string) => /:.*:/.test(authority);

/**
 * Fetches the certificates that a server presents. They are not judged, that is `diagnoseChain`; no data is sent, and
 * certificates, protocols and ciphers that nobody would accept do not stop it.
 *
 * @throws NetworkError when it cannot be reached (`host-not-found`, `connection-refused`, `host-unreachable`, `timeout`,
 * `connection-lost`, the codes of proxies, `address-refused`), does not speak TLS (`protocol-mismatch`), or ends the
 * handshake before it sends certificates (`tls-failed`); an Error named `AbortError`
 */
export async function fetchChain(
  { host, port }: ServerAddress,
  options: Omit<TlsProbeOptions, "origin"> = {},
): Promise<PresentedChain> {
  const probe = await probeTls({ ...options, origin: `https://${host}:${port}` });
  const certificates = probe.certificates.map((der) => Certificate.parse(der));
  const readable = certificates.filter((each) => each !== null);
  return {
    certificates: readable,
    unreadable: certificates.length - readable.length,
    protocol: probe.protocol,
    protocolTooOld: probe.protocol !== null && tooOld.has(probe.protocol),
    cipher: probe.cipher,
    address: probe.address,
    wantsClientCertificate: probe.failure?.code === "client-certificate-required",
    failure: probe.failure,
  };
}

/** Tells what is behind a `tls-failed`, by the platform's code. */
export function describeHandshakeEnd({ facts }: NetworkError): HandshakeEnd {
  const { platformCode = "" } = facts;
  // OpenSSL leaves the word out of the younger ones.
  const [, alert] = /^ERR_SSL_(?:SSL\/TLS|SSLV3|TLSV13?)_(?:ALERT_)?(\w+)$/.exec(platformCode) ?? [];
  return {
    alert: alert?.toLowerCase().replaceAll("_", "-") ?? null,
    protocolTooOld: /_(?:ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|WRONG_SSL_VERSION)$/.test(platformCode),
  };
}
