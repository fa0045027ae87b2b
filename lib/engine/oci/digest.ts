import { createHash, type Hash } from "node:crypto";
import type { Checked } from "./checked.ts";
import { EngineError } from "./errors.ts";

/** `algorithm:hex`, sha256 or sha512. */
export type Digest = Checked<"Digest">;

export type DigestAlgorithm = "sha256" | "sha512";

const digestPattern = /^(?:sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$/;

/** The digest that `text` is, or null. */
export function findDigest(text: string): Digest | null {
  return digestPattern.test(text) ? (text as Digest) : null;
}

/** @throws EngineError `reference-invalid` */
export function parseDigest(text: string): Digest {
  const digest = findDigest(text);
  if (digest) return digest;
  throw new EngineError("reference-invalid", {
    operation: "parse-reference",
    retryable: false,
    problem: "digest-malformed",
    value: text.slice(0, 200),
  });
}

export function digestAlgorithm(digest: Digest): DigestAlgorithm {
  return digest.startsWith("sha512:") ? "sha512" : "sha256";
}

/** The hexadecimal part. */
export function digestHex(digest: Digest): string {
  return digest.slice(digest.indexOf(":") + 1);
}

/** The digest of bytes held in memory. */
export function digestBytes(bytes: Uint8Array | string, algorithm: DigestAlgorithm = "sha256"): Digest {
  return formatHash(createHash(algorithm).update(bytes), algorithm);
}

/** The digest that a finished hash stands for. */
export function formatHash(hash: Hash, algorithm: DigestAlgorithm): Digest {
  return `${algorithm}:${hash.digest("hex")}` as Digest;
}

export interface ExpectedContent {
  readonly digest: Digest;
  /** Absent when unknown: then only the digest is proven. */
  readonly sizeBytes?: number;
}

/** @throws EngineError `digest-mismatch` or `size-mismatch` */
export function verifyBytes(bytes: Uint8Array, expected: ExpectedContent): void {
  if (expected.sizeBytes !== undefined && bytes.byteLength !== expected.sizeBytes) {
    throw contentError("size-mismatch", expected, bytes.byteLength);
  }
  if (digestBytes(bytes, digestAlgorithm(expected.digest)) !== expected.digest) {
    throw contentError("digest-mismatch", expected, bytes.byteLength);
  }
}

/** The error of content that is not what its digest promised. */
export function contentError(
  code: "digest-mismatch" | "size-mismatch",
  expected: ExpectedContent,
  actualBytes: number,
) {
  return new EngineError(code, {
    operation: "get-blob",
    digest: expected.digest,
    actualBytes,
    ...(expected.sizeBytes === undefined ? {} : { expectedBytes: expected.sizeBytes }),
    retryable: true,
  });
}
