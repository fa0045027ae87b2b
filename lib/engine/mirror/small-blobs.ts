import type { Descriptor } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import type { Repository } from "../oci/reference.ts";
import type { ContentSource } from "./content.ts";

/** Blobs up to here are kept after planning has read them, so that copying does not read them again. */
const maxBlobBytes = 1024 * 1024;
const maxTotalBytes = 32 * 1024 * 1024;

/** Small blobs of a source, read once; the oldest make room for new ones. */
export class SmallBlobs {
  readonly #contents = new Map<Digest, Uint8Array>();
  #totalBytes = 0;

  fits(blob: Descriptor): boolean {
    return blob.sizeBytes <= maxBlobBytes;
  }

  find(digest: Digest): Uint8Array | null {
    return this.#contents.get(digest) ?? null;
  }

  /** The bytes of a blob that fits. @throws EngineError as the source does */
  async read(
    source: ContentSource,
    repository: Repository,
    blob: Descriptor,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array> {
    const kept = this.#contents.get(blob.digest);
    if (kept) return kept;
    const chunks: Uint8Array[] = [];
    for await (const chunk of await source.openBlob(repository, blob, { signal })) {
      chunks.push(Buffer.from(chunk));
    }
    const content = Buffer.concat(chunks);
    this.#keep(blob.digest, content);
    return content;
  }

  #keep(digest: Digest, content: Uint8Array): void {
    this.#totalBytes += content.byteLength - (this.#contents.get(digest)?.byteLength ?? 0);
    this.#contents.set(digest, content);
    for (const [oldest, { byteLength }] of this.#contents) {
      if (this.#totalBytes <= maxTotalBytes) return;
      this.#contents.delete(oldest);
      this.#totalBytes -= byteLength;
    }
  }
}
