import type { Descriptor } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import { EngineError } from "../oci/errors.ts";
import { parseManifest } from "../oci/manifests.ts";
import type { Repository, Tag } from "../oci/reference.ts";
import type { ContentSource } from "./content.ts";
import { findLayerFile, type LayerFileLimits } from "./layer-file.ts";
import { readOverlaidFile } from "./overlaid-file.ts";

/** An image of a store. */
export interface StoredImage {
  readonly repository: Repository;
  readonly reference: Tag | Digest;
}

type FileSource = Pick<ContentSource, "fetchManifest" | "openBlob">;

/** Of an index that lists an index. */
const maxIndexDepth = 3;

/**
 * A file of an image, as a container of it sees the file. Of an index, that is its image for linux/amd64, or else its
 * first one.
 *
 * @param path of the file in the image, with or without a leading `/` or `./`
 * @returns its bytes, proven, and the digest of what the reference means: of an index its own
 * @throws EngineError as the source does; `image-file-missing` when the image has no such file; `image-file-invalid` when
 * a layer is no tar, or it or the file is beyond a limit
 */
export async function readImageFile(
  source: FileSource,
  image: StoredImage,
  path: string,
  { limits, signal }: { readonly limits: LayerFileLimits; readonly signal?: AbortSignal | undefined },
): Promise<{ readonly content: Uint8Array; readonly digest: Digest }> {
  const { repository, reference } = image;
  const { digest, layers } = await fetchLayers(source, image, signal);
  const facts = {
    operation: "read-file",
    file: path,
    repository,
    reference,
    digest,
    retryable: false,
  } as const;
  try {
    const content = await readOverlaidFile(layers, path, async (layer, at) =>
      findLayerFile(await source.openBlob(repository, layer, { signal }), at, limits),
    );
    if (content !== null) return { content, digest };
  } catch (error) {
    // It is no imgpkg bundle that is read here.
    const isUnreadable = error instanceof EngineError && error.code === "bundle-invalid";
    throw isUnreadable ? new EngineError("image-file-invalid", facts, error) : error;
  }
  throw new EngineError("image-file-missing", facts);
}

async function fetchLayers(
  source: FileSource,
  { repository, reference }: StoredImage,
  signal: AbortSignal | undefined,
): Promise<{ readonly digest: Digest; readonly layers: readonly Descriptor[] }> {
  let { raw, descriptor } = await source.fetchManifest(repository, reference, signal);
  const { digest } = descriptor;
  for (let depth = 0; depth <= maxIndexDepth; depth++) {
    const manifest = parseManifest(raw, descriptor.mediaType);
    if (manifest.kind === "image") return { digest, layers: manifest.layers };
    const child = pickImage(manifest.manifests);
    if (child === undefined) break;
    ({ raw, descriptor } = await source.fetchManifest(repository, child.digest, signal));
  }
  return { digest, layers: [] };
}

function pickImage(manifests: readonly Descriptor[]): Descriptor | undefined {
  // BuildKit lists its attestations under a platform of "unknown".
  const images = manifests.filter(({ platform }) => platform?.os !== "unknown");
  const isUsual = ({ platform }: Descriptor) => platform?.os === "linux" && platform.architecture === "amd64";
  return images.find(isUsual) ?? images[0];
}
