import {
  derTags,
  hexOfContent,
  listDerChildren,
  readDerElement,
  sliceDer,
  type DerElement,
} from "./der-element.ts";

/** How a private key, or a store of them, can look. */
export type PrivateKeyForm =
  | "pkcs1"
  | "pkcs8"
  | "pkcs8-encrypted"
  | "pkcs12"
  | "ec"
  | "dsa"
  | "openssh"
  | "putty"
  | "pgp"
  | "jwk"
  | "java-keystore"
  /** Named a private key, whatever is inside. */
  | "other";

/** What is sometimes taken for a certificate. */
export type OtherKind = "certificate-request" | "revocation-list" | "public-key" | "parameters" | "unknown";

/** What one DER element is, by its shape. */
export type DerKind =
  | { readonly kind: "private-key"; readonly form: PrivateKeyForm }
  /** PKCS#7 SignedData (RFC 5652 section 5.1), with the certificates that it carries, each as DER. */
  | { readonly kind: "pkcs7"; readonly certificates: readonly Uint8Array[] }
  | { readonly kind: "maybe-certificate" }
  | { readonly kind: OtherKind };

const { integer, octetString, bitString, objectIdentifier, sequence, context0 } = derTags;

/** id-signedData, 1.2.840.113549.1.7.2 */
const signedDataOid = "2a864886f70d010702";
/** Password-based encryption: PKCS#5 (1.2.840.113549.1.5) and PKCS#12 (1.2.840.113549.1.12.1). */
const passwordEncryptionOid = /^2a864886f70d01(?:05|0c01)/;

/** A SEQUENCE of indefinite length that starts with version 3: BER, which some programs write. */
const indefinitePkcs12 = [0x30, 0x80, 0x02, 0x01, 0x03];

/**
 * Tells by its outer shape what a DER element is. Keys are told by it, too, and nothing of them is read: the shapes are
 * those of RFC 8017 A.1.2 (PKCS#1), RFC 5958 (PKCS#8), RFC 5915 (EC), RFC 7292 section 4 (PKCS#12).
 */
export function recognizeDer(bytes: Uint8Array): DerKind {
  if (indefinitePkcs12.every((octet, index) => bytes[index] === octet)) {
    return { kind: "private-key", form: "pkcs12" };
  }
  const outer = readDerElement(bytes);
  if (outer?.tag !== sequence) return outer?.tag === objectIdentifier ? parameters : unknown;
  const parts = listDerChildren(bytes, outer);
  if (parts === null) return unknown;
  const form = recognizePrivateKey(bytes, parts);
  if (form !== null) return { kind: "private-key", form };
  const [first, second, third] = parts.map(({ tag }) => tag);
  if (first === objectIdentifier && second === context0) return readPkcs7(bytes, parts) ?? unknown;
  if (first === sequence && second === sequence && third === bitString) return recognizeSigned(bytes, parts);
  if (first === sequence && second === bitString) return { kind: "public-key" };
  const allIntegers = parts.every(({ tag }) => tag === integer);
  if (allIntegers && parts.length === 2) return { kind: "public-key" };
  return unknown;
}

const unknown: DerKind = { kind: "unknown" };
const parameters: DerKind = { kind: "parameters" };

function recognizePrivateKey(bytes: Uint8Array, parts: readonly DerElement[]): PrivateKeyForm | null {
  const [first, second, third] = parts;
  if (first?.tag === integer && second?.tag === sequence) {
    const [type] = listDerChildren(bytes, second) ?? [];
    if (type?.tag !== objectIdentifier) return null;
    return third?.tag === octetString ? "pkcs8" : hexOfContent(bytes, first) === "03" ? "pkcs12" : null;
  }
  if (first?.tag === integer && second?.tag === octetString) return "ec";
  // A version, then eight numbers of RSA, which may go on, or five of DSA.
  const integers = parts.findIndex(({ tag }) => tag !== integer);
  const count = integers === -1 ? parts.length : integers;
  if (count >= 9) return "pkcs1";
  if (count === 6 && parts.length === 6) return "dsa";
  if (first?.tag === sequence && second?.tag === octetString && parts.length === 2) {
    const [scheme] = listDerChildren(bytes, first) ?? [];
    const encrypted = scheme !== undefined && passwordEncryptionOid.test(hexOfContent(bytes, scheme));
    return encrypted ? "pkcs8-encrypted" : null;
  }
  return null;
}

/** A certificate, a request for one and a list of revoked ones are all signed alike. */
function recognizeSigned(bytes: Uint8Array, [signed]: readonly DerElement[]): DerKind {
  const parts = (signed && listDerChildren(bytes, signed)) ?? [];
  const tags = parts.map(({ tag }) => tag);
  // RFC 2986 section 4: version, subject, key, [0] attributes.
  if (tags[0] === integer && tags[1] === sequence && tags[2] === sequence && tags[3] === context0) {
    return { kind: "certificate-request" };
  }
  // RFC 5280 section 5.1: a time stands where a certificate has its issuer or validity.
  const start = tags[0] === integer ? 1 : 0;
  if (tags[start] === sequence && tags[start + 1] === sequence && isTime(tags[start + 2])) {
    return { kind: "revocation-list" };
  }
  return { kind: "maybe-certificate" };
}

const isTime = (tag: number | undefined) => tag === 0x17 || tag === 0x18;

function readPkcs7(bytes: Uint8Array, [type, content]: readonly DerElement[]): DerKind | null {
  if (type === undefined || content === undefined || hexOfContent(bytes, type) !== signedDataOid) return null;
  const signedData = readDerElement(bytes, content.contentStart, content.end);
  if (signedData?.tag !== sequence) return null;
  const parts = listDerChildren(bytes, signedData);
  if (parts === null) return null;
  const set = parts.find(({ tag }) => tag === context0);
  const members = set === undefined ? [] : listDerChildren(bytes, set);
  if (members === null) return null;
  // Other members are attribute certificates, which have tags of their own.
  const certificates = members.filter(({ tag }) => tag === sequence).map((each) => sliceDer(bytes, each));
  return { kind: "pkcs7", certificates };
}
