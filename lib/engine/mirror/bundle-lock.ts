import type { Descriptor } from "../oci/descriptor.ts";
import { EngineError } from "../oci/errors.ts";
import type { ImageManifest } from "../oci/manifests.ts";
import type { Repository } from "../oci/reference.ts";
import type { ContentSource } from "./content.ts";
import { imagesLockPath, maxImagesLockBytes, parseImagesLock, type LockedImage } from "./imgpkg.ts";
import { readLayerFile } from "./layer-file.ts";
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
  // A later layer hides what an earlier one holds.
  for (const layer of manifest.layers.toReversed()) {
    const file = await context.retry(() => readLockFile(context, layer, repository));
    if (file !== null) return parseImagesLock(Buffer.from(file).toString("utf8"));
  }
  throw new EngineError("bundle-invalid", { operation: "read-bundle", retryable: false });
}

async function readLockFile(
  { smallBlobs, source, signal }: ReadContext,
  layer: Descriptor,
  repository: Repository,
): Promise<Uint8Array | null> {
  const content = smallBlobs.fits(layer)
    ? toIterable(await smallBlobs.read(source, repository, layer, signal))
    : await source.openBlob(repository, layer, { signal });
  const limits = { maxFileBytes: maxImagesLockBytes, maxLayerBytes: maxBundleLayerBytes };
  return readLayerFile(content, imagesLockPath, limits);
}

async function* toIterable(content: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  await Promise.resolve();
  yield content;
}
