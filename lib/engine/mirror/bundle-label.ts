import { readEmbedded } from "../oci/descriptor.ts";
import { parseConfigLabels, type ImageManifest } from "../oci/manifests.ts";
import { dockerImageConfig, ociImageConfig } from "../oci/media-types.ts";
import type { Repository } from "../oci/reference.ts";
import type { ContentSource } from "./content.ts";
import { isBundleLabelled } from "./imgpkg.ts";
import type { SmallBlobs } from "./small-blobs.ts";

interface ReadContext {
  readonly source: ContentSource;
  readonly smallBlobs: SmallBlobs;
  readonly retry: <Result>(request: () => Promise<Result>) => Promise<Result>;
  readonly signal: AbortSignal;
}

/** Whether an image is an imgpkg bundle, by the labels of its configuration. @throws EngineError as the source does */
export async function isBundle(
  { source, smallBlobs, retry, signal }: ReadContext,
  { config }: ImageManifest,
  repository: Repository,
): Promise<boolean> {
  const isConfig = config?.mediaType === ociImageConfig || config?.mediaType === dockerImageConfig;
  if (!isConfig || !smallBlobs.fits(config)) return false;
  const raw =
    readEmbedded(config) ?? (await retry(() => smallBlobs.read(source, repository, config, signal)));
  return isBundleLabelled(parseConfigLabels(raw));
}
