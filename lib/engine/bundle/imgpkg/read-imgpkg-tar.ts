import { cosignTags } from "../../mirror/cosign.ts";
import { isBundleLabelled } from "../../mirror/imgpkg.ts";
import { digestBytes, type Digest } from "../../oci/digest.ts";
import { EngineError } from "../../oci/errors.ts";
import { inferMediaType, parseConfigLabels, parseManifest, type Manifest } from "../../oci/manifests.ts";
import { isForeignLayer } from "../../oci/media-types.ts";
import { parseReference, parseTag, type Reference, type Tag } from "../../oci/reference.ts";
import { bundleError } from "../bundle-error.ts";
import { readWhole, type RandomAccess } from "../random-access.ts";
import { indexTar, type TarEntry } from "../tar/index-tar.ts";
import { layerEntryName } from "./lay-out-imgpkg.ts";
import {
  manifestDocumentName,
  maxManifestDocumentBytes,
  parseManifestDocument,
  rootBundleLabel,
  type FoundImage,
  type FoundIndex,
} from "./manifest-document.ts";

/** An image for the sake of which a tar was made. */
export interface TarRoot {
  readonly digest: Digest;
  readonly tag?: Tag | undefined;
  /** Where it was read. */
  readonly from: Reference | null;
}

/** A layer that an image of the tar names. */
interface TarLayer {
  readonly digest: Digest;
  /** As the image's manifest says. */
  readonly sizeBytes: number;
  /** What is there under its name; of an optional one perhaps nothing. */
  readonly content: RandomAccess | null;
  /** It may live elsewhere. */
  readonly optional: boolean;
}

/** A tar as `imgpkg copy --to-tar` makes it. The contents of its layers are unproven, all else is proven. */
export interface ImgpkgTar {
  readonly file: string;
  /** Where its list of contents stands. */
  readonly document: RandomAccess;
  readonly roots: readonly TarRoot[];
  /** What cosign says of the images, under tags of its own. */
  readonly companions: readonly { readonly tag: Tag; readonly digest: Digest }[];
  /** Manifests and configurations. */
  readonly contents: ReadonlyMap<Digest, Uint8Array>;
  readonly mediaTypes: ReadonlyMap<Digest, string>;
  /** Manifests and configurations that its manifests name. */
  readonly named: ReadonlySet<Digest>;
  readonly layers: ReadonlyMap<Digest, TarLayer>;
}

/**
 * Reads what a tar of imgpkg's holds, without its layers.
 *
 * https://github.com/carvel-dev/imgpkg/blob/v0.42.3/pkg/imgpkg/imagetar/tar_reader.go
 *
 * @returns null when it is a tar, but none of imgpkg's
 * @throws EngineError `bundle-document-invalid`, `bundle-content-damaged` when its list of contents is wrong;
 * `tar-invalid`, `bundle-file-packed`, `bundle-file-truncated`
 */
export async function readImgpkgTar(file: RandomAccess, signal?: AbortSignal): Promise<ImgpkgTar | null> {
  const entries = await indexTar(file, { signal });
  const document = entries.get(manifestDocumentName);
  if (document?.kind !== "file") return null;
  const { content } = document;
  if (content.sizeBytes > maxManifestDocumentBytes) {
    throw bundleError("bundle-document-invalid", {
      operation: "read-file",
      file: file.name,
      field: manifestDocumentName,
      limit: maxManifestDocumentBytes,
    });
  }
  const found = parseManifestDocument(await readWhole(content), file.name);
  return new TarReader(content, entries).read(found);
}

class TarReader {
  readonly #document: RandomAccess;
  readonly #entries: ReadonlyMap<string, TarEntry>;
  readonly #contents = new Map<Digest, Uint8Array>();
  readonly #mediaTypes = new Map<Digest, string>();
  readonly #named = new Set<Digest>();
  readonly #layers = new Map<Digest, TarLayer>();

  constructor(document: RandomAccess, entries: ReadonlyMap<string, TarEntry>) {
    this.#document = document;
    this.#entries = entries;
  }

  read(found: readonly (FoundImage | FoundIndex)[]): ImgpkgTar {
    for (const each of found) this.#add(each);
    const companionTags = new Set<string>(found.flatMap(({ digest }) => cosignTags(digest)));
    const isCompanion = ({ tag }: FoundImage | FoundIndex) => companionTags.has(tag);
    const images = found.filter((each) => !isCompanion(each));
    return {
      file: this.#document.name,
      document: this.#document,
      roots: this.#selectRoots(images).map((image) => ({
        digest: image.digest,
        tag: this.#readTag(image),
        from: readOrigin(image),
      })),
      companions: found.filter(isCompanion).flatMap((each) => {
        const tag = this.#readTag(each);
        return tag === undefined ? [] : [{ tag, digest: each.digest }];
      }),
      contents: this.#contents,
      mediaTypes: this.#mediaTypes,
      named: this.#named,
      layers: this.#layers,
    };
  }

  /** Older versions mark no bundle, but its tag tells it from the images it lists. */
  #selectRoots(images: readonly (FoundImage | FoundIndex)[]): readonly (FoundImage | FoundIndex)[] {
    const isMarked = ({ labels }: FoundImage | FoundIndex) => Object.hasOwn(labels, rootBundleLabel);
    const isTagged = ({ tag }: FoundImage | FoundIndex) => tag !== "";
    const hasRoot = images.some((each) => isMarked(each) || (isTagged(each) && this.#isBundle(each)));
    return hasRoot ? images.filter((each) => isMarked(each) || isTagged(each)) : images;
  }

  #isBundle(found: FoundImage | FoundIndex): boolean {
    if (found.kind === "index") return false;
    const config = this.#contents.get(found.config.digest);
    return config !== undefined && isBundleLabelled(parseConfigLabels(config));
  }

  #add(found: FoundImage | FoundIndex): void {
    this.#prove(found.digest, found.raw);
    const manifest = this.#parse(found);
    this.#mediaTypes.set(found.digest, manifest.mediaType);
    if (found.kind === "index") for (const child of found.children) this.#add(child);
    else this.#prove(found.config.digest, found.config.raw);
    if (manifest.kind === "index") {
      for (const { digest } of manifest.manifests) this.#named.add(digest);
      return;
    }
    if (manifest.config) this.#named.add(manifest.config.digest);
    for (const { digest, sizeBytes, mediaType } of manifest.layers) {
      const entry = this.#entries.get(layerEntryName(digest));
      const content = entry?.kind === "file" ? entry.content : null;
      const optional = (this.#layers.get(digest)?.optional ?? true) && isForeignLayer(mediaType);
      this.#layers.set(digest, { digest, sizeBytes, content, optional });
    }
  }

  /** Takes content that is what its digest says. */
  #prove(digest: Digest, raw: string): void {
    const content = Buffer.from(raw);
    if (digestBytes(content) !== digest) {
      const { name, start } = this.#document;
      throw bundleError("bundle-content-damaged", {
        operation: "read-file",
        file: name,
        offset: start,
        digest,
      });
    }
    this.#contents.set(digest, content);
  }

  #parse({ raw, mediaType, digest }: FoundImage | FoundIndex): Manifest {
    try {
      const content = Buffer.from(raw);
      return parseManifest(content, inferMediaType(content, mediaType));
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      throw error.withFacts({ file: this.#document.name, digest });
    }
  }

  #readTag({ tag, digest }: FoundImage | FoundIndex): Tag | undefined {
    if (tag === "") return undefined;
    try {
      return parseTag(tag);
    } catch (error) {
      const facts = { operation: "read-file", file: this.#document.name, digest } as const;
      throw bundleError("bundle-document-invalid", { ...facts, field: manifestDocumentName }, error);
    }
  }
}

/** Where an image was read: by older versions, and of what no bundle lists, only its reference tells. */
function readOrigin({ refs, origRef }: FoundImage | FoundIndex): Reference | null {
  for (const text of [origRef, ...refs]) {
    try {
      return parseReference(text);
    } catch {
      // The next one may tell.
    }
  }
  return null;
}
