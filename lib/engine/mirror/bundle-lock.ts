import type { Descriptor } from "../oci/descriptor.ts";
import { EngineError } from "../oci/errors.ts";
import type { ImageManifest } from "../oci/manifests.ts";
import type { Repository } from "../oci/reference.ts";
import type { ContentSource } from "./content.ts";
import { imagesLockPath, maxImagesLockBytes, parseImagesLock, type LockedImage } from "./imgpkg.ts";
import type { LayerFinding } from "./layer-entry.ts";
import { findLayerFile } from "./layer-file.ts";
import { readOverlaidFile } from "./overlaid-file.ts";
import type { SmallBlobs } from "./small-blobs.ts";

const maxBundleLayerBytes = 2 * 1024 * 1024 * 1024;

interface ReadContext {
  readonly source: ContentSource;
  readonly smallBlobs: SmallBlobs;
  readonly retry: <Result>(request: () => Promise<Result>) => Promise<Result>;
  readonly signal: AbortSignal;
}

/**
 * The images that a bundle lists.
 *
 * @throws EngineError `bundle-invalid` when no layer has a list, or it cannot be read; a code of the source
 */
export async function readBundleLock(
  context: ReadContext,
  manifest: ImageManifest,
  repository: Repository,
): Promise<LockedImage[]> {
  const file = await readOverlaidFile(manifest.layers, imagesLockPath, (layer, path) =>
    context.retry(() => findInLayer(context, layer, repository, path)),
  );
  if (file !== null) return parseImagesLock(Buffer.from(file).toString("utf8"));
  throw new EngineError("bundle-invalid", { operation: "read-bundle", retryable: false });
}

async function findInLayer(
  { smallBlobs, source, signal }: ReadContext,
  layer: Descriptor,
  repository: Repository,
  path: string,
): Promise<LayerFinding> {
  const content = smallBlobs.fits(layer)
    ? toIterable(await smallBlobs.read(source, repository, layer, signal))
    : await source.openBlob(repository, layer, { signal });
  const limits = { maxFileBytes: maxImagesLockBytes, maxLayerBytes: maxBundleLayerBytes };
  return findLayerFile(content, path, limits);
}

async function* toIterable(content: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  await Promise.resolve();
  yield content;
}
