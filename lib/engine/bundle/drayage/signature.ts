import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from "node:crypto";
import type { EngineError } from "../../oci/errors.ts";
import { bundleError } from "../bundle-error.ts";
import type { ClosingFile } from "../export-layout.ts";
import { sumsName } from "./sha256-sums.ts";

/** The signature of SHA256SUMS: 64 bytes as OpenSSL's `pkeyutl -rawin` makes and checks them (RFC 8032, Ed25519). */
export const signatureName = `${sumsName}.sig`;
/** The public key that checks it, in PEM. */
export const publicKeyName = `${sumsName}.pub`;
/** Of either file. */
export const maxSignatureBytes = 4096;

/** Who has signed a bundle. */
export interface BundleSignature {
  /** SHA-256 of the public key (DER, SubjectPublicKeyInfo), hexadecimal. */
  readonly fingerprint: string;
  readonly publicKeyPem: string;
}

/**
 * The files that sign a bundle's sums, and so all that these speak for.
 *
 * @param privateKeyPem an Ed25519 key in PKCS #8
 * @throws Error for any other key
 */
export function signSums(sums: string, privateKeyPem: string): readonly ClosingFile[] {
  const key = createPrivateKey(privateKeyPem);
  if (key.asymmetricKeyType !== "ed25519") throw new Error("not an Ed25519 key");
  return [
    { name: publicKeyName, content: createPublicKey(key).export({ type: "spki", format: "pem" }) },
    { name: signatureName, content: sign(null, Buffer.from(sums), key) },
  ];
}

/** @throws EngineError `bundle-signature-invalid` */
export function verifySums(
  sums: Uint8Array,
  { signature, publicKey }: { readonly signature: Uint8Array; readonly publicKey: Uint8Array },
): BundleSignature {
  let key: KeyObject;
  try {
    key = createPublicKey(Buffer.from(publicKey));
  } catch (error) {
    throw refuse(publicKeyName, error);
  }
  if (key.asymmetricKeyType !== "ed25519" || !verify(null, sums, key, signature)) throw refuse(signatureName);
  return {
    fingerprint: fingerprintKey(key),
    publicKeyPem: key.export({ type: "spki", format: "pem" }).toString(),
  };
}

/** SHA-256 of a public key, or of that of a private one, hexadecimal. */
export function fingerprintKey(key: KeyObject): string {
  const publicKey = key.type === "private" ? createPublicKey(key) : key;
  return createHash("sha256")
    .update(publicKey.export({ type: "spki", format: "der" }))
    .digest("hex");
}

function refuse(file: string, cause?: unknown): EngineError {
  return bundleError("bundle-signature-invalid", { file }, cause);
}
