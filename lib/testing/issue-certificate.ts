import { createPublicKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto";
import { isIP } from "node:net";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import * as x509 from "@peculiar/asn1-x509";

/** A certificate made here, and the key that belongs to it. */
export interface TestCertificate {
  readonly der: Uint8Array;
  readonly pem: string;
  readonly key: KeyObject;
  /** PKCS#8 in PEM. */
  readonly keyPem: string;
  readonly subject: x509.Name;
  readonly keyId: Uint8Array;
}

export type TestKey = "p256" | "p384" | "rsa2048" | "rsa1024" | "ed25519" | "brainpoolP256r1";

export interface CertificateWish {
  /** A common name, or the parts of a subject, `O=Example` first; `Test` unless given. */
  readonly subject?: string | readonly string[];
  /** Signs it; itself unless given. */
  readonly issuer?: TestCertificate;
  /** A kind of key to make, or another certificate's; `p256` unless given. */
  readonly key?: TestKey | KeyObject;
  readonly hash?: "sha256" | "sha384" | "sha1" | "md5";
  readonly version?: 1 | 3;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  /** Basic constraints; none unless given. */
  readonly ca?: boolean | { readonly pathLength: number };
  readonly keyUsage?: readonly (keyof typeof x509.KeyUsageFlags)[];
  /** Object identifiers. */
  readonly extendedKeyUsage?: readonly string[];
  /** DNS names and addresses of the subject alternative name. */
  readonly names?: readonly string[];
  readonly permitted?: readonly string[];
  readonly excluded?: readonly string[];
  readonly issuerUrl?: string;
  /** Subject and authority key identifiers are left out. */
  readonly withoutKeyIds?: boolean;
  /** The authority key identifier names the issuer's issuer and serial, too. */
  readonly namesIssuersIssuer?: boolean;
  readonly extensions?: readonly {
    readonly id: string;
    readonly critical: boolean;
    readonly value: Uint8Array;
  }[];
}

const attributeTypes: Readonly<Record<string, string>> = {
  CN: "2.5.4.3",
  O: "2.5.4.10",
  OU: "2.5.4.11",
  C: "2.5.4.6",
  DC: "0.9.2342.19200300.100.1.25",
};
const algorithms = {
  "rsa sha256": "1.2.840.113549.1.1.11",
  "rsa sha384": "1.2.840.113549.1.1.12",
  "rsa sha1": "1.2.840.113549.1.1.5",
  "rsa md5": "1.2.840.113549.1.1.4",
  "ec sha256": "1.2.840.10045.4.3.2",
  "ec sha384": "1.2.840.10045.4.3.3",
  "ec sha1": "1.2.840.10045.4.1",
} as const;
const dayMs = 86_400_000;

/** A key of its own. */
export function makeKey(kind: TestKey): KeyObject {
  const { privateKey } =
    kind === "ed25519"
      ? generateKeyPairSync("ed25519")
      : kind === "rsa2048" || kind === "rsa1024"
        ? generateKeyPairSync("rsa", { modulusLength: Number(kind.slice(3)) })
        : generateKeyPairSync("ec", {
            namedCurve: kind === "p256" ? "P-256" : kind === "p384" ? "P-384" : kind,
          });
  return privateKey;
}

/** Makes a certificate in this process, also one that no program would make. */
export function issueCertificate(wish: CertificateWish = {}): TestCertificate {
  const { issuer, hash = "sha256", version = 3, key: wanted = "p256" } = wish;
  const key = typeof wanted === "string" ? makeKey(wanted) : wanted;
  const subject = makeName(wish.subject ?? "Test");
  const publicDer = createPublicDer(key);
  const spki = AsnConvert.parse(publicDer, x509.SubjectPublicKeyInfo);
  const keyId = new Uint8Array(spki.subjectPublicKey).subarray(-20);
  const signerKey = issuer?.key ?? key;
  const algorithm = findAlgorithm(signerKey, hash);
  const extensions = version === 3 ? makeExtensions(wish, keyId) : [];
  const tbsCertificate = new x509.TBSCertificate({
    version: version === 3 ? x509.Version.v3 : x509.Version.v1,
    serialNumber: Uint8Array.from([1, ...randomBytes(15)]).buffer,
    signature: algorithm,
    issuer: issuer?.subject ?? subject,
    validity: new x509.Validity({
      notBefore: wish.notBefore ?? new Date(Date.now() - dayMs),
      notAfter: wish.notAfter ?? new Date(Date.now() + 365 * dayMs),
    }),
    subject,
    subjectPublicKeyInfo: spki,
    ...(extensions.length > 0 && { extensions: new x509.Extensions(extensions) }),
  });
  const signed = Buffer.from(AsnConvert.serialize(tbsCertificate));
  const signature = sign(signerKey.asymmetricKeyType === "ed25519" ? null : hash, signed, signerKey);
  const certificate = new x509.Certificate({
    tbsCertificate,
    signatureAlgorithm: algorithm,
    signatureValue: Uint8Array.from(signature).buffer,
  });
  const der = new Uint8Array(AsnConvert.serialize(certificate));
  return {
    der,
    pem: formatPem("CERTIFICATE", der),
    key,
    keyPem: key.export({ type: "pkcs8", format: "pem" }).toString(),
    subject,
    keyId,
  };
}

/** PEM with LF at the end of each line. */
export function formatPem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

function createPublicDer(key: KeyObject): Buffer {
  return createPublicKey(key).export({ type: "spki", format: "der" });
}

function findAlgorithm(key: KeyObject, hash: string): x509.AlgorithmIdentifier {
  const kind = key.asymmetricKeyType ?? "";
  if (kind === "ed25519") return new x509.AlgorithmIdentifier({ algorithm: "1.3.101.112" });
  const algorithm = algorithms[`${kind} ${hash}` as keyof typeof algorithms];
  // RFC 4055 section 2.1: of RSA the parameters are NULL, of ECDSA they are left out.
  return new x509.AlgorithmIdentifier({ algorithm, ...(kind === "rsa" && { parameters: null }) });
}

function makeName(subject: string | readonly string[]): x509.Name {
  const parts = typeof subject === "string" ? [`CN=${subject}`] : subject;
  return new x509.Name(
    parts.map((part) => {
      const [label = "", ...text] = part.split("=");
      const type = attributeTypes[label] ?? label;
      const value = new x509.AttributeValue({ utf8String: text.join("=") });
      return new x509.RelativeDistinguishedName([new x509.AttributeTypeAndValue({ type, value })]);
    }),
  );
}

function makeExtensions(wish: CertificateWish, keyId: Uint8Array): x509.Extension[] {
  const { ca, keyUsage, extendedKeyUsage, names, permitted, excluded, issuerUrl } = wish;
  const made: x509.Extension[] = [];
  const add = (extnID: string, critical: boolean, value: unknown) => {
    const extnValue = new OctetString(AsnConvert.serialize(value));
    made.push(new x509.Extension({ extnID, critical, extnValue }));
  };
  if (ca !== undefined) {
    const pathLength = typeof ca === "object" ? { pathLenConstraint: ca.pathLength } : {};
    const constraints = new x509.BasicConstraints({ cA: ca !== false, ...pathLength });
    add(x509.id_ce_basicConstraints, true, constraints);
  }
  if (keyUsage) {
    const flags = keyUsage.reduce((sum, name) => sum | x509.KeyUsageFlags[name], 0);
    add(x509.id_ce_keyUsage, true, new x509.KeyUsage(flags));
  }
  if (extendedKeyUsage) {
    add(x509.id_ce_extKeyUsage, false, new x509.ExtendedKeyUsage([...extendedKeyUsage]));
  }
  if (names?.length)
    add(x509.id_ce_subjectAltName, false, new x509.SubjectAlternativeName(names.map(makeGeneralName)));
  if (permitted ?? excluded) {
    const constraints = new x509.NameConstraints({
      ...(permitted && { permittedSubtrees: makeSubtrees(permitted) }),
      ...(excluded && { excludedSubtrees: makeSubtrees(excluded) }),
    });
    add(x509.id_ce_nameConstraints, true, constraints);
  }
  if (issuerUrl) {
    const accessLocation = new x509.GeneralName({ uniformResourceIdentifier: issuerUrl });
    const access = new x509.AccessDescription({ accessMethod: x509.id_ad_caIssuers, accessLocation });
    add(x509.id_pe_authorityInfoAccess, false, new x509.AuthorityInfoAccessSyntax([access]));
  }
  if (!wish.withoutKeyIds) {
    add(x509.id_ce_subjectKeyIdentifier, false, new x509.SubjectKeyIdentifier(keyId));
    add(x509.id_ce_authorityKeyIdentifier, false, makeAuthorityKeyId(wish, keyId));
  }
  for (const { id: extnID, critical, value } of wish.extensions ?? []) {
    made.push(new x509.Extension({ extnID, critical, extnValue: new OctetString(value) }));
  }
  return made;
}

function makeAuthorityKeyId({ issuer, namesIssuersIssuer }: CertificateWish, ownKeyId: Uint8Array) {
  const keyIdentifier = new x509.KeyIdentifier(issuer?.keyId ?? ownKeyId);
  if (!namesIssuersIssuer || !issuer) return new x509.AuthorityKeyIdentifier({ keyIdentifier });
  const { tbsCertificate } = AsnConvert.parse(issuer.der, x509.Certificate);
  return new x509.AuthorityKeyIdentifier({
    keyIdentifier,
    authorityCertIssuer: [new x509.GeneralName({ directoryName: tbsCertificate.issuer })],
    authorityCertSerialNumber: tbsCertificate.serialNumber,
  });
}

function makeSubtrees(bases: readonly string[]): x509.GeneralSubtrees {
  return new x509.GeneralSubtrees(
    bases.map((base) => new x509.GeneralSubtree({ base: makeGeneralName(base) })),
  );
}

/** `10.0.0.5`, `fd00::5`, `10.0.0.0/8` are addresses, `O=Example` is a name of a directory, all else is a DNS name. */
function makeGeneralName(text: string): x509.GeneralName {
  if (isIP(text.replace(/\/\d+$/, "")) !== 0) return new x509.GeneralName({ iPAddress: text });
  if (text.includes("=")) return new x509.GeneralName({ directoryName: makeName([text]) });
  return new x509.GeneralName({ dNSName: text });
}
