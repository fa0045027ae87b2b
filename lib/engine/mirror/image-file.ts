import type { Digest } from "../oci/digest.ts";
import { EngineError } from "../oci/errors.ts";
import { parseManifest } from "../oci/manifests.ts";
import type { Repository, Tag } from "../oci/reference.ts";
import type { ContentSource } from "./content.ts";
import { readLayerFile, type LayerFileLimits } from "./layer-file.ts";

/** An image of a store. */
export interface StoredImage {
  readonly repository: Repository;
  readonly reference: Tag | Digest;
}

/**
 * A file of an image that carries files, as `imgpkg push` makes it.
 *
 * @param path of the file in the image, without a leading `./`
 * @returns its bytes, proven, and the digest of the image they are from
 * @throws EngineError as the source does; `bundle-document-invalid` when the image has no such file; `bundle-invalid`
 * when a layer is no tar or beyond a limit
 */
export async function readImageFile(
  source: Pick<ContentSource, "fetchManifest" | "openBlob">,
  { repository, reference }: StoredImage,
  path: string,
  { limits, signal }: { readonly limits: LayerFileLimits; readonly signal?: AbortSignal | undefined },
): Promise<{ readonly content: Uint8Array; readonly digest: Digest }> {
  const { raw, descriptor } = await source.fetchManifest(repository, reference, signal);
  const manifest = parseManifest(raw, descriptor.mediaType);
  const layers = manifest.kind === "image" ? manifest.layers : [];
  // A later layer hides what an earlier one holds.
  for (const layer of layers.toReversed()) {
    const content = await readLayerFile(await source.openBlob(repository, layer, { signal }), path, limits);
    if (content !== null) return { content, digest: descriptor.digest };
  }
  throw new EngineError("bundle-document-invalid", {
    operation: "read-file",
    file: path,
    repository,
    reference: descriptor.digest,
    retryable: false,
  });
}
