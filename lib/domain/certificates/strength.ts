import type { Certificate } from "./certificate.ts";
import { describeSignature, type KeyDescription } from "./describe-certificate.ts";

/**
 * Whose rules a chain is judged by. `go`: crypto/x509, with which containerd, Docker, imgpkg, the Tanzu CLI and kubelet
 * pull. `openssl`: OpenSSL at security level 2, with which this panel, Python and most system tools connect.
 */
export type Verifier = "go" | "openssl";

/** What a verifier refuses: below these many bits. SSL_CTX_set_security_level(3), level 2; Go 1.24 for RSA. */
const minimumBits: Readonly<Record<Verifier, { readonly rsa: number; readonly ec: number }>> = {
  go: { rsa: 1_024, ec: 224 },
  openssl: { rsa: 2_048, ec: 224 },
};
/** Refused by both; Go 1.18 has given up SHA-1. */
const weakHashes: ReadonlySet<string> = new Set(["md2", "md5", "sha1"]);
/** crypto/x509 reads no others. */
const goCurves: ReadonlySet<string> = new Set(["secp224r1", "prime256v1", "secp384r1", "secp521r1"]);

/** The least bits that a key of this kind needs to be accepted, or null when it has enough. */
export function findNeededBits(key: KeyDescription, verifier: Verifier): number | null {
  if (!("bits" in key) || key.bits === null) return null;
  const least = key.kind === "ec" ? minimumBits[verifier].ec : minimumBits[verifier].rsa;
  return key.bits < least ? least : null;
}

/** Whether a verifier knows this kind of key at all. */
export function supportsKey(key: KeyDescription, verifier: Verifier): boolean {
  if (verifier === "openssl") return key.kind !== "other";
  if (key.kind === "ec") return key.isNamed && goCurves.has(key.curve);
  return key.kind === "rsa" || key.kind === "ed25519";
}

/** The hash of a certificate's signature when forgers can beat it, or null. */
export function findWeakHash(certificate: Certificate): string | null {
  const { hash } = describeSignature(certificate);
  return hash !== null && weakHashes.has(hash) ? hash : null;
}
