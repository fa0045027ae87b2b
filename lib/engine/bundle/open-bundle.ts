import type { ContentScope } from "../mirror/content-scope.ts";
import type { ContentSource } from "../mirror/content.ts";
import type { Digest } from "../oci/digest.ts";
import type { EngineError } from "../oci/errors.ts";
import type { Repository, Tag } from "../oci/reference.ts";
import type { TaggedPath } from "./plugins/migration-manifest.ts";
import type { PluginMetadata } from "./plugins/plugin-metadata.ts";
import type { BundleDocument } from "./drayage/bundle-document.ts";
import type { BundleSignature } from "./drayage/signature.ts";

type BundleFormat = "drayage" | "imgpkg" | "tanzu-plugins" | "docker-archive" | "oci-layout";

/** An image in a bundle that was opened. */
export interface BundleImage {
  /** Below the base of whoever imports it. */
  readonly repository: Repository;
  readonly tag?: Tag;
  readonly digest: Digest;
  /** As its release names it, with its original host; where the format does not tell, as the bundle does. */
  readonly original: string;
  /** It came with the bundle that this one builds on. */
  readonly inBase?: boolean;
}

/** A file of a bundle on disk. */
export interface BundleFile {
  readonly name: string;
  /** As it is; of one that is missing, as it should be. */
  readonly sizeBytes: number;
}

export interface CheckOptions {
  /** Hears how many more bytes have been read. */
  readonly onBytes?: (count: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** A bundle on disk, whatever its format. */
export interface OpenBundle {
  readonly format: BundleFormat;
  /** What a person calls it. */
  readonly name: string;
  readonly images: readonly BundleImage[];
  readonly files: readonly BundleFile[];
  /** What was left out when it was made. */
  readonly scope: ContentScope;
  /** Its images, each below its own repository. */
  readonly source: ContentSource;
  /** Of a Drayage bundle. */
  readonly document?: BundleDocument;
  /** Of a Tanzu plug-in bundle: what is to be said below the importer's base once its images are there. */
  readonly metadata?: TaggedPath & { readonly content: PluginMetadata };
  /** Of a Drayage bundle; null when nobody has signed it. */
  readonly signature?: BundleSignature | null;
  /**
   * Reads all of it and holds it to every checksum and digest. What cannot be read at all is a finding, too.
   *
   * @returns what is wrong; nothing when the bundle is whole and sound
   */
  check(options?: CheckOptions): Promise<readonly EngineError[]>;
  close(): Promise<void>;
}
