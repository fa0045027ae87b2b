import type { OpenBlobOptions } from "../oci/blob-endpoint.ts";
import { BlobProof } from "../oci/blob-proof.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import { EngineError } from "../oci/errors.ts";
import { bundleError } from "./bundle-error.ts";
import { readWhole, stream, type RandomAccess } from "./random-access.ts";

/** The blobs of a bundle: where on disk the bytes of each digest are, in one piece or in several. */
export class BlobPool {
  readonly #pieces = new Map<Digest, readonly RandomAccess[]>();

  /** @param pieces in order */
  add(digest: Digest, pieces: readonly RandomAccess[]): void {
    this.#pieces.set(digest, pieces);
  }

  has(digest: Digest): boolean {
    return this.#pieces.has(digest);
  }

  /** Bytes on disk under a digest, whatever they are; null when there is nothing. */
  sizeOf(digest: Digest): number | null {
    const pieces = this.#pieces.get(digest);
    return pieces ? pieces.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) : null;
  }

  /** A small blob, unproven. @throws EngineError `bundle-content-missing`, `disk-failed`, `bundle-file-truncated` */
  async readAll(digest: Digest): Promise<Uint8Array> {
    return Buffer.concat(await Promise.all(this.#find(digest).map(readWhole)));
  }

  /**
   * A blob's bytes, proven while they stream.
   *
   * @throws EngineError `bundle-content-missing`; while iterating `bundle-content-damaged`, `disk-failed`
   */
  open(
    blob: Descriptor,
    options: Pick<OpenBlobOptions, "offset" | "proof" | "signal"> = {},
  ): AsyncIterable<Uint8Array> {
    const { offset = 0, proof = new BlobProof(blob), signal } = options;
    const pieces = this.#find(blob.digest);
    const bytes = streamPieces(pieces, proof.findStart(offset), signal);
    return explained(proof.verify(bytes, offset), pieces, blob.digest);
  }

  #find(digest: Digest): readonly RandomAccess[] {
    const pieces = this.#pieces.get(digest);
    if (pieces) return pieces;
    throw bundleError("bundle-content-missing", { digest });
  }
}

async function* streamPieces(
  pieces: readonly RandomAccess[],
  offset: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  let before = 0;
  for (const piece of pieces) {
    const skip = Math.max(0, offset - before);
    if (skip < piece.sizeBytes) yield* stream(piece, { offset: skip, signal });
    before += piece.sizeBytes;
  }
}

/** What a disk holds once it holds again, so that what is wrong with it is not worth another try. */
async function* explained(
  content: AsyncIterable<Uint8Array>,
  pieces: readonly RandomAccess[],
  digest: Digest,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* content;
  } catch (error) {
    const isDamage =
      error instanceof EngineError && (error.code === "digest-mismatch" || error.code === "size-mismatch");
    if (!isDamage) throw error;
    const [first] = pieces;
    const where = first && { file: first.name, offset: first.start };
    throw bundleError("bundle-content-damaged", { operation: "read-file", ...where, digest }, error);
  }
}
