import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import type { EngineError } from "../../oci/errors.ts";
import type { BundleImage } from "../open-bundle.ts";
import type { RandomAccess } from "../random-access.ts";
import type { ArchiveFiles } from "./archive-files.ts";

/** An image of an archive, and what it is made of. */
export interface ArchivedImage extends BundleImage {
  readonly root: Descriptor;
}

/** A packed layer, and what it should be unpacked. */
export interface PackedLayer {
  readonly content: RandomAccess;
  readonly digest: Digest;
  readonly diffId: Digest;
  readonly packing: "gzip" | "zstd";
}

/** What an archive holds, once what says so has been read. The contents of blobs are unproven. */
export interface ArchiveContent {
  readonly format: "oci-layout" | "docker-archive";
  readonly files: ArchiveFiles;
  readonly images: readonly ArchivedImage[];
  /** What is in the archive, manifests included. */
  readonly blobs: ReadonlyMap<Digest, RandomAccess>;
  /** Manifests that were made here, since the archive has none. */
  readonly made: ReadonlyMap<Digest, RandomAccess>;
  /** What says something about a manifest, by its digest. */
  readonly referrers: ReadonlyMap<Digest, readonly Descriptor[]>;
  readonly packedLayers: readonly PackedLayer[];
  /** Why some images could not be read. */
  readonly failures: readonly EngineError[];
}
