import type { ContentScope } from "../../mirror/content-scope.ts";
import type { ContentSource } from "../../mirror/content.ts";
import type { Digest } from "../../oci/digest.ts";
import { formatImagePath, formatReference, type Repository } from "../../oci/reference.ts";
import { BlobPool } from "../blob-pool.ts";
import { createBundleSource, formatTagged } from "../bundle-content.ts";
import { bundleError } from "../bundle-error.ts";
import type { BundleImage } from "../open-bundle.ts";
import { fromBytes } from "../random-access.ts";
import type { ImgpkgTar, TarRoot } from "./read-imgpkg-tar.ts";

/** A tar whose images have their places below an importer's base. */
export interface PlacedTar {
  readonly tar: ImgpkgTar;
  readonly images: readonly BundleImage[];
}

/** What is known of tars taken together. */
export interface PlacedTars {
  readonly images: readonly BundleImage[];
  readonly scope: ContentScope;
  readonly source: ContentSource;
  readonly pool: BlobPool;
}

/** @param findRepository where an image is to stand; what a bundle lists stands beside it */
export function placeTar(tar: ImgpkgTar, findRepository: (root: TarRoot) => Repository): PlacedTar {
  const images = tar.roots.map((root): BundleImage => {
    const { tag, digest, from } = root;
    const repository = findRepository(root);
    const named = tag === undefined ? { digest } : { tag };
    const original = from
      ? formatReference({ registry: from.registry, repository: from.repository, ...named })
      : formatImagePath({ repository, ...named });
    return { repository, ...(tag !== undefined && { tag }), digest, original };
  });
  return { tar, images };
}

/**
 * Makes one source of tars. An image that is in several of them is one.
 *
 * @param name what a person calls the bundle
 * @throws EngineError `bundle-document-invalid` when two tars have different images for one place
 */
export function combineTars(name: string, placed: readonly PlacedTar[]): PlacedTars {
  const pool = new BlobPool();
  const tags = new Map<string, Digest>();
  const images = new Map<string, BundleImage>();
  const mediaTypes = new Map<Digest, string>();
  for (const { tar, images: own } of placed) {
    fillPool(pool, tar);
    for (const [digest, mediaType] of tar.mediaTypes) mediaTypes.set(digest, mediaType);
    for (const image of own) {
      const { repository, tag, digest } = image;
      images.set(formatImagePath({ repository, ...(tag === undefined ? { digest } : { tag }) }), image);
      for (const each of [{ tag, digest }, ...tar.companions]) {
        if (each.tag === undefined) continue;
        const place = formatTagged(repository, each.tag);
        if ((tags.get(place) ?? each.digest) !== each.digest) {
          const facts = { operation: "read-file", file: tar.file, digest: each.digest } as const;
          throw bundleError("bundle-document-invalid", { ...facts, field: place });
        }
        tags.set(place, each.digest);
      }
    }
  }
  const foreign = placed.flatMap(({ tar }) => [...tar.layers.values()].filter(({ optional }) => optional));
  return {
    images: [...images.values()],
    scope: {
      referrers: placed.some(({ tar }) => tar.companions.length > 0),
      // What lives elsewhere is never fetched from there: either all of it came along, or it is left where it is.
      foreignLayers: foreign.length > 0 && foreign.every(({ digest }) => pool.has(digest)),
    },
    source: createBundleSource(name, pool, { tags, mediaTypes, referrers: new Map() }),
    pool,
  };
}

/** What is in a tar under a digest but has another size is left out, so that another tar may have it. */
function fillPool(pool: BlobPool, { contents, layers, document }: ImgpkgTar): void {
  for (const [digest, content] of contents) pool.add(digest, [fromBytes(content, document)]);
  for (const { digest, content, sizeBytes } of layers.values()) {
    if (content?.sizeBytes === sizeBytes && !contents.has(digest)) pool.add(digest, [content]);
  }
}
