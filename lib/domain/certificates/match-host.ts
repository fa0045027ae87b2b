import { domainToASCII } from "node:url";
import { bareHost, parseIpAddress } from "#lib/engine/network/ip-address.ts";
import type { Certificate } from "./certificate.ts";
import type { Verifier } from "./strength.ts";

/** The names that a server may be called by, as its certificate writes them: DNS names first, then addresses. */
export function listServerNames({ details }: Certificate): readonly string[] {
  return [...(details.names?.dns ?? []), ...(details.names?.ip ?? [])];
}

/**
 * Whether a certificate is for this host (RFC 9525 section 6). Both verifiers let `*` stand for one whole label; OpenSSL
 * wants two labels behind it, and takes the common name when the certificate has no DNS name.
 *
 * @param host a name, also an international one, or an address, also in brackets
 */
export function matchesHost(certificate: Certificate, host: string, verifier: Verifier): boolean {
  const { names, subject } = certificate.details;
  const address = parseIpAddress(host);
  if (address !== null) {
    return (names?.ip ?? []).some((text) => {
      const named = parseIpAddress(text);
      return named?.version === address.version && named.value === address.value;
    });
  }
  const wanted = normalizeHost(host);
  if (wanted === "") return false;
  const dns = names?.dns ?? [];
  const legacy = verifier === "openssl" && dns.length === 0 && subject.commonName !== null;
  const patterns = legacy ? [subject.commonName.toLowerCase()] : dns;
  return patterns.some((pattern) => matchesPattern(wanted, pattern, verifier));
}

/** A host as it stands in certificates: in ASCII and lower case, without brackets and a dot at its end. */
export function normalizeHost(host: string): string {
  const bare = bareHost(host.trim());
  if (parseIpAddress(bare) !== null) return bare.toLowerCase();
  return domainToASCII(bare.replace(/\.$/, "")).toLowerCase();
}

function matchesPattern(host: string, pattern: string, verifier: Verifier): boolean {
  if (!pattern.startsWith("*.")) return host === pattern;
  const rest = pattern.slice(1);
  if (verifier === "openssl" && !rest.slice(1).includes(".")) return false;
  const label = host.slice(0, -rest.length);
  return host.endsWith(rest) && label !== "" && !label.includes(".");
}
