import { createCipheriv, createHash } from "node:crypto";

/** What all content is made from: the same recipe gives the same bytes on every machine. */
export interface Recipe {
  readonly seed: string;
  /** Factor of the sizes of layers; images, layers and their sharing stay the same. */
  readonly scale: number;
}

/** Fits a stored block of deflate (RFC 1951 section 3.2.4) and is a whole number of tar blocks. */
const chunkBytes = 127 * 512;
const zeros = Buffer.alloc(chunkBytes);

/** Bytes that do not compress: the AES-CTR key stream of the seed, which is as quick as copying. */
export function* pseudoRandomBytes(seed: string, sizeBytes: number): Generator<Buffer> {
  const key = createHash("sha256").update(seed).digest().subarray(0, 16);
  const cipher = createCipheriv("aes-128-ctr", key, Buffer.alloc(16));
  for (let left = sizeBytes; left > 0; left -= chunkBytes) {
    yield cipher.update(left < chunkBytes ? zeros.subarray(0, left) : zeros);
  }
}

/** A number from 0 up to 1, without 1. */
export function pseudoRandomFraction(seed: string): number {
  return createHash("sha256").update(seed).digest().readUIntBE(0, 6) / 2 ** 48;
}

/** One of `choices`, each as likely as the others. */
export function pickPseudoRandom<Choice>(seed: string, choices: readonly [Choice, ...Choice[]]): Choice {
  return choices[Math.floor(pseudoRandomFraction(seed) * choices.length)] ?? choices[0];
}

const medianLayerBytes = 190 * 1024;
const layerSigma = 1.25;
const largestLayerBytes = 12 * 1024 * 1024;
/** Rounding hides the last bit of floating point, in which machines may differ. */
const roundedToBytes = 512;

/** Layer sizes of real catalogs are lognormal: many small ones, and few that hold most of the bytes. */
export function pickLayerBytes(seed: string, scale: number): number {
  const [u, v] = [1 - pseudoRandomFraction(`${seed}/u`), pseudoRandomFraction(`${seed}/v`)];
  const normal = Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
  const sizeBytes = Math.min(medianLayerBytes * Math.exp(layerSigma * normal), largestLayerBytes);
  return Math.max(1, Math.round((sizeBytes * scale) / roundedToBytes)) * roundedToBytes;
}
