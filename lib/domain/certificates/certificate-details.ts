import { AsnConvert, type OctetString } from "@peculiar/asn1-schema";
import {
  AuthorityInfoAccessSyntax,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate as CertificateSchema,
  ExtendedKeyUsage,
  KeyUsage,
  KeyUsageFlags,
  NameConstraints,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  id_ad_caIssuers,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_nameConstraints,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_pe_authorityInfoAccess,
  type Extension,
  type GeneralName,
  type TBSCertificate,
} from "@peculiar/asn1-x509";
import { derTags } from "./der-element.ts";
import { describeName, plainText, type NameDescription } from "./distinguished-name.ts";

/** Of each kind of name; no sound certificate has more. */
const maxNames = 500;

/** The names that a certificate is for, or that its authority is bound to (RFC 5280 section 4.2.1.6). */
export interface AlternativeNames {
  /** As written, wildcards included, in lower case. */
  readonly dns: readonly string[];
  /** In name constraints with the range behind: `10.0.0.0/8`. */
  readonly ip: readonly string[];
  readonly email: readonly string[];
  readonly uri: readonly string[];
  /** Names of directories in the form of RFC 4514. */
  readonly directory: readonly NameDescription[];
  /** How many there are of kinds that no server is called by. */
  readonly others: number;
}

/** What the fields and extensions of a certificate say (RFC 5280 section 4), not yet judged. */
export interface CertificateDetails {
  readonly version: number;
  readonly subject: NameDescription;
  readonly issuer: NameDescription;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly signatureAlgorithm: string;
  /** DER; null when the algorithm has none. */
  readonly signatureParameters: Uint8Array | null;
  readonly keyAlgorithm: string;
  /** Whether the parameters of the key, such as its curve, are given by an object identifier. */
  readonly keyIsNamed: boolean;
  /** Null without the extension. */
  readonly names: AlternativeNames | null;
  readonly basicConstraints: { readonly ca: boolean; readonly pathLength: number | null } | null;
  /** Names of RFC 5280 section 4.2.1.3. */
  readonly keyUsage: readonly string[] | null;
  /** Object identifiers. */
  readonly extendedKeyUsage: readonly string[] | null;
  /** Hexadecimal digits. */
  readonly subjectKeyId: string | null;
  readonly authorityKeyId: {
    readonly keyId: string | null;
    /** Names the issuer's own issuer (RFC 5280 section 4.2.1.1), in the form of RFC 4514. */
    readonly issuer: string | null;
    readonly serial: string | null;
  } | null;
  /** Where the issuer's certificate can be had (RFC 5280 section 4.2.2.1). */
  readonly issuerUrls: readonly string[];
  readonly nameConstraints: {
    readonly permitted: AlternativeNames | null;
    readonly excluded: AlternativeNames | null;
  } | null;
  /** Object identifiers of critical extensions that clients do not know, so that they must refuse (section 4.2). */
  readonly unknownCritical: readonly string[];
  /** Extensions that are damaged. */
  readonly unreadable: readonly string[];
}

/** What OpenSSL and Go's crypto/x509 both take into account. */
const knownExtensions = new Set([
  id_ce_basicConstraints,
  id_ce_keyUsage,
  id_ce_extKeyUsage,
  id_ce_subjectAltName,
  id_ce_nameConstraints,
  // Certificate policies, their mappings and constraints, inhibition of any policy; distribution points of CRLs.
  "2.5.29.32",
  "2.5.29.33",
  "2.5.29.36",
  "2.5.29.54",
  "2.5.29.31",
]);

/** What a certificate says, or null when its fields cannot be read. @param der exactly one certificate */
export function readDetails(der: Uint8Array): CertificateDetails | null {
  try {
    const details = describeFields(AsnConvert.parse(der, CertificateSchema).tbsCertificate);
    const times = [details.notBefore.getTime(), details.notAfter.getTime()];
    return times.some(Number.isNaN) ? null : details;
  } catch {
    return null;
  }
}

function describeFields(fields: TBSCertificate): CertificateDetails {
  const extensions = new Map(Array.from(fields.extensions ?? [], (each) => [each.extnID, each]));
  const unreadable: string[] = [];
  const read = <Schema, Result>(
    id: string,
    schema: new () => Schema,
    describe: (value: Schema) => Result,
  ): Result | null => {
    const extension = extensions.get(id);
    if (extension === undefined) return null;
    try {
      return describe(AsnConvert.parse(extension.extnValue.buffer, schema));
    } catch {
      unreadable.push(id);
      return null;
    }
  };
  const { algorithm, parameters } = fields.subjectPublicKeyInfo.algorithm;
  return {
    version: fields.version + 1,
    subject: describeName(fields.subject),
    issuer: describeName(fields.issuer),
    notBefore: fields.validity.notBefore.getTime(),
    notAfter: fields.validity.notAfter.getTime(),
    signatureAlgorithm: fields.signature.algorithm,
    signatureParameters: fields.signature.parameters ? new Uint8Array(fields.signature.parameters) : null,
    keyAlgorithm: algorithm,
    keyIsNamed: parameters ? new Uint8Array(parameters)[0] === derTags.objectIdentifier : false,
    names: read(id_ce_subjectAltName, SubjectAlternativeName, (names) => sortNames([...names])),
    basicConstraints: read(id_ce_basicConstraints, BasicConstraints, ({ cA, pathLenConstraint }) => ({
      ca: cA,
      pathLength: pathLenConstraint ?? null,
    })),
    keyUsage: read(id_ce_keyUsage, KeyUsage, listKeyUsage),
    extendedKeyUsage: read(id_ce_extKeyUsage, ExtendedKeyUsage, (usage) => [...usage]),
    subjectKeyId: read(id_ce_subjectKeyIdentifier, SubjectKeyIdentifier, hexOf),
    authorityKeyId: read(id_ce_authorityKeyIdentifier, AuthorityKeyIdentifier, describeAuthorityKeyId),
    issuerUrls:
      read(id_pe_authorityInfoAccess, AuthorityInfoAccessSyntax, (entries) =>
        Array.from(entries)
          .filter(({ accessMethod }) => accessMethod === id_ad_caIssuers)
          .flatMap(({ accessLocation }) => accessLocation.uniformResourceIdentifier ?? [])
          .slice(0, maxNames)
          .map(plainText),
      ) ?? [],
    nameConstraints: read(
      id_ce_nameConstraints,
      NameConstraints,
      ({ permittedSubtrees, excludedSubtrees }) => ({
        permitted: permittedSubtrees ? sortNames(permittedSubtrees.map(({ base }) => base)) : null,
        excluded: excludedSubtrees ? sortNames(excludedSubtrees.map(({ base }) => base)) : null,
      }),
    ),
    unknownCritical: [...extensions.values()].filter(isUnknownCritical).map(({ extnID }) => extnID),
    unreadable,
  };
}

const isUnknownCritical = ({ critical, extnID }: Extension) => critical && !knownExtensions.has(extnID);

function listKeyUsage(usage: KeyUsage): readonly string[] {
  const bits = usage.toNumber();
  return Object.entries(KeyUsageFlags)
    .filter(([, flag]) => typeof flag === "number" && (bits & flag) !== 0)
    .map(([name]) => name);
}

const hexOf = (octets: OctetString): string => Buffer.from(octets.buffer).toString("hex");

function describeAuthorityKeyId(id: AuthorityKeyIdentifier): CertificateDetails["authorityKeyId"] {
  const serial = id.authorityCertSerialNumber;
  const issuer = id.authorityCertIssuer?.find(({ directoryName }) => directoryName)?.directoryName;
  return {
    keyId: id.keyIdentifier ? hexOf(id.keyIdentifier) : null,
    issuer: issuer ? describeName(issuer).text : null,
    serial: serial ? Buffer.from(serial).toString("hex") : null,
  };
}

function sortNames(all: readonly GeneralName[]): AlternativeNames {
  const names = all.slice(0, maxNames);
  const texts = (key: "dNSName" | "iPAddress" | "rfc822Name" | "uniformResourceIdentifier") =>
    names.flatMap((name) => name[key] ?? []).map(plainText);
  const directory = names
    .map(({ directoryName }) => directoryName)
    .filter((name) => name !== undefined)
    .map(describeName);
  const [dns, ip, email, uri] = [
    texts("dNSName").map((name) => name.toLowerCase()),
    texts("iPAddress"),
    texts("rfc822Name"),
    texts("uniformResourceIdentifier"),
  ];
  const counted = dns.length + ip.length + email.length + uri.length + directory.length;
  return { dns, ip, email, uri, directory, others: all.length - counted };
}
