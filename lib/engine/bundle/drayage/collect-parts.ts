import type { ContentScope } from "../../mirror/content-scope.ts";
import type { ImagePlan, PlannedManifest } from "../../mirror/image-plan.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import type { Repository, Tag } from "../../oci/reference.ts";
import { formatSubject, formatTagged } from "../bundle-content.ts";
import type { ExportImage } from "../export-layout.ts";
import type { BundleDocument, BundledFile, BundledRelease } from "./bundle-document.ts";

/** What a Drayage bundle is to hold. */
export interface BundleRequest {
  readonly name: string;
  readonly images: readonly ExportImage[];
  /** With which `images` were resolved. */
  readonly scope: ContentScope;
  readonly releases: readonly BundledRelease[];
  readonly files: readonly BundledFile[];
  /** Infinity for a single volume. */
  readonly volumeBytes: number;
  /** What it has is left out. */
  readonly base?: BundleDocument | undefined;
}

export interface TaggedRoot {
  readonly repository: Repository;
  readonly tag?: Tag | undefined;
  readonly manifest: PlannedManifest;
}

/** The distinct parts of a bundle. */
export interface BundleParts {
  /** Images that the base lacks, has otherwise, or has only a part of. */
  readonly fresh: readonly ExportImage[];
  readonly unchanged: readonly ExportImage[];
  /** Of `fresh`, in the order of the images, children before parents. */
  readonly manifests: ReadonlyMap<
    Digest,
    { readonly manifest: PlannedManifest; readonly repository: Repository }
  >;
  /** Of all images, each with a repository that has it. */
  readonly blobs: ReadonlyMap<Digest, { readonly descriptor: Descriptor; readonly repository: Repository }>;
  /** Where the base has blobs and manifests. */
  readonly inBase: ReadonlyMap<Digest, Repository>;
  /** All that is to be found by a name. */
  readonly roots: ReadonlyMap<string, TaggedRoot>;
  /** By `formatSubject`. */
  readonly referrers: ReadonlyMap<string, SubjectReferrers>;
}

interface SubjectReferrers {
  readonly repository: Repository;
  readonly subject: Digest;
  readonly manifests: readonly Descriptor[];
}

/**
 * Tells whether an image came with an earlier bundle as it is now, under its name and with all its parts: that bundle may
 * have been made for fewer platforms or without signatures, and there may be new ones since.
 *
 * @param base undefined when there is none: then nothing did
 */
export function createBaseCheck(
  base: Pick<BundleDocument, "images" | "blobs"> | undefined,
): (plan: ImagePlan) => boolean {
  const names = new Map(
    base?.images.map(({ repository, tag, digest }) => [nameOf(repository, tag, digest), digest]),
  );
  const parts = new Set(base?.blobs.map(({ digest }) => digest));
  return ({ item: { target }, root, manifests, blobs }) =>
    names.get(nameOf(target.repository, target.tag, root.digest)) === root.digest &&
    [...manifests, ...blobs].every(({ descriptor }) => parts.has(descriptor.digest));
}

/** Takes images apart: what is new and what the base has, each blob once. */
export function collectParts({ images, base }: Pick<BundleRequest, "images" | "base">): BundleParts {
  const isWhole = createBaseCheck(base);
  const isUnchanged = ({ plan }: ExportImage) => isWhole(plan);
  const fresh = images.filter((image) => !isUnchanged(image));
  const manifests = new Map<Digest, { manifest: PlannedManifest; repository: Repository }>();
  const roots = new Map<string, TaggedRoot>();
  const referrers = new Map<string, SubjectReferrers>();
  for (const { plan } of fresh) {
    const { repository, tag } = plan.item.target;
    for (const manifest of plan.manifests) {
      manifests.set(manifest.descriptor.digest, { manifest, repository });
      if (manifest.tag !== undefined) {
        roots.set(formatTagged(repository, manifest.tag), { repository, tag: manifest.tag, manifest });
      }
    }
    const root = plan.manifests.at(-1);
    if (root) roots.set(nameOf(repository, tag, plan.root.digest), { repository, tag, manifest: root });
    for (const [subject, listed] of plan.referrers) {
      referrers.set(formatSubject(repository, subject), { repository, subject, manifests: listed });
    }
  }
  const blobs = new Map<Digest, { descriptor: Descriptor; repository: Repository }>();
  for (const { plan } of images) {
    const { repository } = plan.item.target;
    for (const { descriptor } of plan.blobs) {
      if (!blobs.has(descriptor.digest)) blobs.set(descriptor.digest, { descriptor, repository });
    }
  }
  return {
    fresh,
    unchanged: images.filter(isUnchanged),
    manifests,
    blobs,
    inBase: findInBase(base),
    roots,
    referrers,
  };
}

function nameOf(repository: Repository, tag: Tag | undefined, digest: Digest): string {
  return tag === undefined ? formatSubject(repository, digest) : formatTagged(repository, tag);
}

/** A repository for each blob that whoever imported the base has. */
function findInBase(base: BundleDocument | undefined): Map<Digest, Repository> {
  return new Map(base?.blobs.map(({ digest, repository }) => [digest, repository]));
}
