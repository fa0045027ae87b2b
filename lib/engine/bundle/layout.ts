import type { Descriptor } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import {
  encodeTarFolder,
  encodeTarHeader,
  tarBlockBytes,
  tarEndBytes,
  tarPadding,
} from "./tar/tar-header.ts";

/** A stretch of a blob at its place in a file. */
export interface BlobSegment {
  /** In the file. */
  readonly offset: number;
  readonly digest: Digest;
  /** Of the blob: its first byte here, and how many follow. */
  readonly from: number;
  readonly sizeBytes: number;
}

/** Bytes that are known beforehand. */
export interface FixedSegment {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** A file whose every byte has its place before the first blob arrives; what no segment covers is zero. */
export interface FileLayout {
  /** In the bundle's folder. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Ascending, not overlapping. */
  readonly blobs: readonly BlobSegment[];
  readonly fixed: readonly FixedSegment[];
}

/** What one entry of a tar takes, its header and padding included. */
export function tarEntryBytes(name: string, sizeBytes: number): number {
  return encodeTarHeader(name, sizeBytes).byteLength + sizeBytes + tarPadding(sizeBytes);
}

/** Lays out a tar, entry by entry. */
export class TarLayout {
  readonly #blobs: BlobSegment[] = [];
  readonly #fixed: FixedSegment[] = [];
  #end = 0;

  /** What it takes so far, closed as a tar is. */
  get sizeBytes(): number {
    return this.#end + tarEndBytes;
  }

  /** @param name without a slash at its end */
  addFolder(name: string): void {
    this.#fixed.push({ offset: this.#end, bytes: encodeTarFolder(name) });
    this.#advance(tarBlockBytes);
  }

  addContent(name: string, content: Uint8Array): void {
    this.#begin(name, content.byteLength);
    this.#fixed.push({ offset: this.#end, bytes: content });
    this.#advance(content.byteLength);
  }

  /** @param part all of the blob unless given */
  addBlob(
    name: string,
    { digest, sizeBytes }: Pick<Descriptor, "digest" | "sizeBytes">,
    part: { readonly from: number; readonly sizeBytes: number } = { from: 0, sizeBytes },
  ): void {
    this.#begin(name, part.sizeBytes);
    this.#blobs.push({ offset: this.#end, digest, ...part });
    this.#advance(part.sizeBytes);
  }

  /** A tar as an entry of this one. */
  addTar(name: string, inner: TarLayout): void {
    const { blobs, fixed, sizeBytes } = inner.finish(name);
    this.#begin(name, sizeBytes);
    const shift = <Segment extends { readonly offset: number }>(segment: Segment): Segment => ({
      ...segment,
      offset: segment.offset + this.#end,
    });
    this.#blobs.push(...blobs.map(shift));
    this.#fixed.push(...fixed.map(shift));
    this.#advance(sizeBytes);
  }

  /** @param name of the file */
  finish(name: string): FileLayout {
    return { name, sizeBytes: this.sizeBytes, blobs: this.#blobs, fixed: this.#fixed };
  }

  #begin(name: string, sizeBytes: number): void {
    const bytes = encodeTarHeader(name, sizeBytes);
    this.#fixed.push({ offset: this.#end, bytes });
    this.#end += bytes.byteLength;
  }

  #advance(sizeBytes: number): void {
    this.#end += sizeBytes + tarPadding(sizeBytes);
  }
}
