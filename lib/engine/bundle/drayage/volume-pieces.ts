import { digestAlgorithm, digestHex, parseDigest, type Digest } from "../../oci/digest.ts";
import type { BundleDocument } from "./bundle-document.ts";

/** Image layout specification, "Blobs". */
export function blobPath(digest: Digest): string {
  return `blobs/${digestAlgorithm(digest)}/${digestHex(digest)}`;
}

/** Where a file that travels along stands in a volume. */
export function extraFilePath(name: string): string {
  return `files/${name}`;
}

/** Where a part of something stands that is larger than a volume. @param number from 1 */
export function partPath(path: string, number: number): string {
  return `parts/${path}/${String(number).padStart(4, "0")}`;
}

/** The digest of a file that travels along, by which it is a blob like any other. */
export function extraFileDigest({ sha256 }: { readonly sha256: string }): Digest {
  return parseDigest(`sha256:${sha256}`);
}

/** A stretch of a blob in a volume. */
export interface VolumePiece {
  readonly digest: Digest;
  /** The path of the whole, were it in one piece: several may be of a digest. */
  readonly wholePath: string;
  /** Of all its pieces. */
  readonly wholeBytes: number;
  /** From 1. */
  readonly volume: number;
  readonly path: string;
  readonly from: number;
  readonly sizeBytes: number;
  /** Of a part, hexadecimal. */
  readonly sha256?: string;
}

/** What is to be found where in the volumes of a bundle; the pieces of a blob in order. */
export function* listPieces({
  blobs,
  files,
}: Pick<BundleDocument, "blobs" | "files">): Generator<VolumePiece> {
  for (const { digest, ...place } of blobs) yield* piecesOf(blobPath(digest), digest, place);
  for (const file of files) yield* piecesOf(extraFilePath(file.name), extraFileDigest(file), file);
}

function* piecesOf(
  path: string,
  digest: Digest,
  { sizeBytes, volume, parts }: Pick<BundleDocument["blobs"][number], "sizeBytes" | "volume" | "parts">,
): Generator<VolumePiece> {
  const whole = { digest, wholePath: path, wholeBytes: sizeBytes };
  if (volume !== undefined) yield { ...whole, volume, path, from: 0, sizeBytes };
  let from = 0;
  for (const [at, part] of (parts ?? []).entries()) {
    yield { ...whole, ...part, path: partPath(path, at + 1), from };
    from += part.sizeBytes;
  }
}
