import type { ContentSource, ContentTarget } from "../mirror/content.ts";
import type { ImagePlan, MirrorItem } from "../mirror/image-plan.ts";
import type { TransferCoordinator } from "../mirror/transfer-coordinator.ts";
import type { Digest } from "../oci/digest.ts";
import { formatImagePath, joinRepository, parseRegistryHost, type Repository } from "../oci/reference.ts";
import { bundleError } from "./bundle-error.ts";
import type { BundleImage, OpenBundle } from "./open-bundle.ts";

/** Where a bundle's images go: below a path of the target. */
export interface ImportPlace {
  readonly target: ContentTarget;
  readonly base: Repository | "";
}

/** A bundle is no registry, but an image of a list comes from one: this name stands for it. */
const bundleHost = parseRegistryHost("bundle.invalid");

/** An image of a bundle with both its ends. @throws EngineError `reference-invalid` when the whole path is too long */
export function toMirrorItem({ repository, tag, digest }: BundleImage, base: Repository | ""): MirrorItem {
  const tagged = tag === undefined ? {} : { tag };
  return {
    source: { registry: bundleHost, repository, digest, ...tagged },
    target: { repository: joinRepository(base, repository), ...tagged },
  };
}

/**
 * The source of an import: the bundle, and for what came with the bundle that it builds on, the target, which has it.
 */
export function createImportSource(bundle: OpenBundle, { target, base }: ImportPlace): ContentSource {
  const inBase = findInBase(bundle);
  if (inBase.size === 0) return bundle.source;
  return {
    ...bundle.source,
    openBlob: (repository, blob, options) => {
      const holder = inBase.get(blob.digest);
      if (holder === undefined) return bundle.source.openBlob(repository, blob, options);
      return target.contents.openBlob(joinRepository(base, holder), blob, options);
    },
  };
}

function findInBase({ document }: OpenBundle): ReadonlyMap<Digest, Repository> {
  const inBase = (document?.blobs ?? []).filter((blob) => blob.inBase);
  return new Map(inBase.map(({ digest, repository }) => [digest, repository]));
}

interface BaseOptions {
  readonly coordinator: TransferCoordinator;
  /** Repositories that cannot be there yet: nothing is asked of them. */
  readonly isMissing?: (repository: Repository) => boolean;
  readonly signal?: AbortSignal;
}

/**
 * Sees to it that all is at the target that the bundle leaves to the one it builds on, before anything is written. What is
 * found is noted, so that a copy mounts it.
 *
 * @param plans of the images that are in the bundle
 * @throws EngineError `bundle-base-missing` with the name of that bundle and what is missing
 */
export async function assertBase(
  bundle: OpenBundle,
  plans: readonly ImagePlan[],
  { target, base }: ImportPlace,
  { coordinator, isMissing = () => false, signal }: BaseOptions,
): Promise<void> {
  const { document } = bundle;
  if (document?.base === undefined) return;
  const facts = { side: "target", registry: target.name, bundle: document.base.name } as const;
  for (const { inBase, digest, ...image } of bundle.images) {
    if (!inBase) continue;
    const repository = joinRepository(base, image.repository);
    const found = isMissing(repository) ? null : await target.find(repository, image.tag ?? digest, signal);
    if (found?.digest === digest) continue;
    const reference = formatImagePath({
      repository,
      ...(image.tag !== undefined && { tag: image.tag }),
      digest,
    });
    throw bundleError("bundle-base-missing", { ...facts, reference, digest });
  }
  const inBase = findInBase(bundle);
  const needed = new Set(plans.flatMap(({ blobs }) => blobs.map(({ descriptor }) => descriptor.digest)));
  for (const digest of needed) {
    const holder = inBase.get(digest);
    if (holder === undefined) continue;
    const repository = joinRepository(base, holder);
    if (isMissing(repository) || !(await target.hasBlob(repository, digest, signal))) {
      throw bundleError("bundle-base-missing", { ...facts, repository, digest });
    }
    await coordinator.record({ origin: target.origin, digest }, repository);
  }
}
