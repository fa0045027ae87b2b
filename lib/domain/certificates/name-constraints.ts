import { isInRange, parseIpAddress, parseIpRange } from "#lib/engine/network/ip-address.ts";
import type { Certificate } from "./certificate.ts";
import type { AlternativeNames } from "./certificate-details.ts";
import type { Verifier } from "./strength.ts";

/**
 * The first name of a certificate that an authority may not vouch for (RFC 5280 section 4.2.1.10), or null: DNS names,
 * addresses and, as only OpenSSL does, the subject. Other kinds of names no client looks for on a server.
 */
export function findForbiddenName(
  authority: Certificate,
  leaf: Certificate,
  verifier: Verifier,
): string | null {
  const { nameConstraints } = authority.details;
  if (nameConstraints === null) return null;
  const { permitted, excluded } = nameConstraints;
  const { names, subject } = leaf.details;
  const kinds = [
    { all: listDnsNames(leaf, verifier), covers: coversDns },
    { all: names?.ip ?? [], covers: coversIp },
    { all: verifier === "openssl" && subject.parts.length > 0 ? [subject.text] : [], covers: coversSubject },
  ];
  for (const { all, covers } of kinds) {
    const forbidden = all.find((name) => {
      const allowed = permitted === null ? null : covers(permitted, name, leaf);
      return allowed === false || (excluded !== null && covers(excluded, name, leaf) === true);
    });
    if (forbidden !== undefined) return forbidden;
  }
  return null;
}

/** OpenSSL takes the common name for one when there is no other. */
function listDnsNames({ details }: Certificate, verifier: Verifier): readonly string[] {
  const dns = details.names?.dns ?? [];
  const { commonName } = details.subject;
  const legacy = verifier === "openssl" && details.names === null && commonName !== null;
  return legacy && /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(commonName) ? [commonName.toLowerCase()] : dns;
}

// Each tells whether a name lies within one of the bases, or null when there is no base of its kind.

function coversDns({ dns }: AlternativeNames, name: string): boolean | null {
  if (dns.length === 0) return null;
  return dns.some((base) => {
    // A dot before it, which RFC 5280 gives no meaning here, stands for what is below.
    if (base.startsWith(".")) return name.endsWith(base);
    return base === "" || name === base || name.endsWith(`.${base}`);
  });
}

function coversIp({ ip }: AlternativeNames, name: string): boolean | null {
  if (ip.length === 0) return null;
  const address = parseIpAddress(name);
  return ip.some((base) => {
    const range = parseIpRange(base);
    return address !== null && range !== null && isInRange(address, range);
  });
}

function coversSubject({ directory }: AlternativeNames, _name: string, leaf: Certificate): boolean | null {
  if (directory.length === 0) return null;
  const parts = leaf.details.subject.parts.map((part) => part.toLowerCase());
  return directory.some((base) => base.parts.every((part, index) => part.toLowerCase() === parts[index]));
}
