import type { ContentSource, ContentTarget } from "../../mirror/content.ts";
import { createMirrorSession } from "../../mirror/create-mirror-session.ts";
import { makeFileImage } from "../../mirror/file-image.ts";
import { readImageFile } from "../../mirror/image-file.ts";
import { defaultMirrorLimits, type MirrorLimits } from "../../mirror/mirror-session.ts";
import { Retrier } from "../../mirror/retry.ts";
import { delay } from "../../oci/abort.ts";
import type { Digest } from "../../oci/digest.ts";
import { EngineError, toEngineError } from "../../oci/errors.ts";
import { parseRegistryHost, type Repository, type Tag } from "../../oci/reference.ts";
import { BlobPool } from "../blob-pool.ts";
import { createBundleSource } from "../bundle-content.ts";
import { fromBytes } from "../random-access.ts";
import {
  formatPluginMetadata,
  includesPluginMetadata,
  maxMetadataBytes,
  mergePluginMetadata,
  metadataFile,
  parsePluginMetadata,
  type PluginMetadata,
} from "./plugin-metadata.ts";

export interface PublishMetadataOptions {
  readonly target: ContentTarget;
  /** Where the image belongs: the tag `latest` of `<base>/tanzu_cli/plugins/plugin-inventory-metadata`. */
  readonly repository: Repository;
  readonly tag: Tag;
  /** What an import has brought. */
  readonly added: PluginMetadata;
  readonly limits?: Partial<MirrorLimits>;
  /** How long another import is given to come in between; a second unless given. */
  readonly settleMs?: number;
  readonly signal?: AbortSignal;
}

export interface PublishedMetadata {
  /** Of the image that stands there. */
  readonly digest: Digest;
  /** All that it says. */
  readonly metadata: PluginMetadata;
}

const defaultSettleMs = 1_000;
/** So many imports would have to overwrite each other in turn. */
const maxRounds = 8;
const limits = { maxFileBytes: maxMetadataBytes, maxLayerBytes: 2 * maxMetadataBytes };
/** Where a made image comes from: nowhere. */
const nowhere = parseRegistryHost("bundle.invalid");

/**
 * Says at a registry that plug-ins can be had there, as `tanzu plugin upload-bundle` does: what an earlier import said is
 * kept. To be called once the images are there.
 *
 * A registry moves a tag for whoever asks last. So what stands there is read again after a while, and if another import
 * has overwritten it meanwhile, the two are merged: rows are lost only if that other one took longer than `settleMs` from
 * its reading to its writing, and does not look again itself (as the Tanzu CLI does not).
 *
 * https://github.com/vmware-tanzu/tanzu-cli/blob/main/pkg/airgapped/plugin_bundle_upload.go
 *
 * @throws EngineError as the target does; `bundle-document-invalid`, `image-file-missing` or `image-file-invalid` when
 * something else stands there, which is then left as it is; `registry-failed` when the registry does not keep what it took
 */
export async function publishPluginMetadata(options: PublishMetadataOptions): Promise<PublishedMetadata> {
  const { target, repository, tag, added, settleMs = defaultSettleMs, signal } = options;
  try {
    let standing = await readStanding(options);
    for (let round = 1; standing === null || !includesPluginMetadata(standing.metadata, added); round++) {
      if (round > maxRounds) {
        const facts = {
          operation: "put-manifest",
          registry: target.name,
          repository,
          reference: tag,
        } as const;
        throw new EngineError("registry-failed", { ...facts, side: "target", retryable: true });
      }
      await push(options, mergePluginMetadata(standing?.metadata ?? nothing, added));
      // Two that run in step would meet again each time.
      await delay(settleMs * (1 + Math.random() / 2), signal);
      standing = await readStanding(options);
    }
    return standing;
  } catch (error) {
    throw toEngineError(error, { operation: "copy", side: "target", registry: target.name, repository });
  }
}

const nothing: PluginMetadata = { plugins: [], groups: [] };

async function readStanding(options: PublishMetadataOptions): Promise<PublishedMetadata | null> {
  const { target, repository, tag, signal = new AbortController().signal } = options;
  const retrier = new Retrier({ ...defaultMirrorLimits, ...options.limits });
  return retrier.run(
    async () => {
      const found = await target.find(repository, tag, signal);
      if (found === null) return null;
      const image = { repository, reference: found.digest };
      const { content, digest } = await readImageFile(target.contents, image, metadataFile, {
        limits,
        signal,
      });
      return { digest, metadata: parsePluginMetadata(content) };
    },
    { signal, onFailedAttempt: () => undefined },
  );
}

async function push(
  { target, repository, tag, limits, signal }: PublishMetadataOptions,
  metadata: PluginMetadata,
): Promise<void> {
  const { source, digest } = await makeSource(metadata);
  // A session believes what it has seen, and here others write as well.
  const session = createMirrorSession({ source, target, ...(limits && { limits }) });
  await session.copy(
    { source: { registry: nowhere, repository, digest }, target: { repository, tag } },
    signal && { signal },
  );
}

async function makeSource(
  metadata: PluginMetadata,
): Promise<{ readonly source: ContentSource; readonly digest: Digest }> {
  const { manifest, blobs } = await makeFileImage(metadataFile, formatPluginMetadata(metadata));
  const pool = new BlobPool();
  const { digest, mediaType } = manifest.descriptor;
  const place = { name: metadataFile, start: 0 };
  pool.add(digest, [fromBytes(manifest.raw, place)]);
  for (const { descriptor, content } of blobs) pool.add(descriptor.digest, [fromBytes(content, place)]);
  const index = { tags: new Map(), mediaTypes: new Map([[digest, mediaType]]), referrers: new Map() };
  return { source: createBundleSource(metadataFile, pool, index), digest };
}
