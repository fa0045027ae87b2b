import type { AttributeTypeAndValue, Name } from "@peculiar/asn1-x509";

/** Short names of RFC 4514 section 3, and of OpenSSL for what authorities use besides. */
const shortNames: Readonly<Record<string, string>> = {
  "2.5.4.3": "CN",
  "2.5.4.7": "L",
  "2.5.4.8": "ST",
  "2.5.4.10": "O",
  "2.5.4.11": "OU",
  "2.5.4.6": "C",
  "2.5.4.9": "street",
  "0.9.2342.19200300.100.1.25": "DC",
  "0.9.2342.19200300.100.1.1": "UID",
  "2.5.4.4": "SN",
  "2.5.4.42": "GN",
  "2.5.4.5": "serialNumber",
  "2.5.4.12": "title",
  "2.5.4.13": "description",
  "2.5.4.15": "businessCategory",
  "2.5.4.17": "postalCode",
  "2.5.4.46": "dnQualifier",
  "2.5.4.97": "organizationIdentifier",
  "1.2.840.113549.1.9.1": "emailAddress",
};

const commonNameOid = "2.5.4.3";
const organizationOid = "2.5.4.10";

/** A subject or issuer in readable form. */
export interface NameDescription {
  /** RFC 4514, the most specific part first: `CN=Registry CA,O=Example,C=KR`. Empty for an empty name. */
  readonly text: string;
  readonly commonName: string | null;
  readonly organization: string | null;
  /** The parts of `text`, the most general first, as the certificate has them. */
  readonly parts: readonly string[];
}

/** Describes a subject or issuer. Control characters, and those that turn the direction of text, are written as hex. */
export function describeName(name: Name): NameDescription {
  // Within one part, OpenSSL turns the order around, too; RFC 4514 has none.
  const parts = Array.from(name, (part) => Array.from(part, formatAttribute).toReversed().join("+"));
  return {
    text: parts.toReversed().join(","),
    commonName: findValue(name, commonNameOid),
    organization: findValue(name, organizationOid),
    parts,
  };
}

/** A text from a certificate without what no reader can see. */
export function plainText(text: string): string {
  return text.toWellFormed().replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, hexOfCharacter);
}

function findValue(name: Name, type: string): string | null {
  // The last one is the most specific.
  const attribute = Array.from(name, (part) => Array.from(part))
    .flat()
    .findLast((each) => each.type === type);
  return attribute === undefined ? null : plainText(valueOf(attribute) ?? "");
}

function formatAttribute(attribute: AttributeTypeAndValue): string {
  const label = shortNames[attribute.type] ?? attribute.type;
  const text = valueOf(attribute);
  return `${label}=${text === null ? hexOfAny(attribute) : escapeValue(text)}`;
}

/** Null when it is no string. */
function valueOf({ value }: AttributeTypeAndValue): string | null {
  return (
    value.utf8String ??
    value.printableString ??
    value.ia5String ??
    value.teletexString ??
    value.bmpString ??
    value.universalString ??
    null
  );
}

function hexOfAny({ value }: AttributeTypeAndValue): string {
  return `#${Buffer.from(value.anyValue ?? new ArrayBuffer(0)).toString("hex")}`;
}

/** RFC 4514 section 2.4. */
function escapeValue(text: string): string {
  const escaped = text.toWellFormed().replace(/["+,;<>\\]/g, "\\$&");
  return plainText(escaped.replace(/^[ #]/, "\\$&").replace(/ $/, "\\ "));
}

function hexOfCharacter(character: string): string {
  return Array.from(Buffer.from(character), (octet) => `\\${octet.toString(16).padStart(2, "0")}`).join("");
}
