import { z } from "zod";
import { parse as parseYaml } from "yaml";
import { digestHex, type Digest } from "../oci/digest.ts";
import { EngineError } from "../oci/errors.ts";
import { parseReference, parseTag, type Reference, type Tag } from "../oci/reference.ts";

/** Configuration label by which imgpkg marks a bundle. */
const bundleLabel = "dev.carvel.imgpkg.bundle";
/** The file of a bundle that lists its images. */
export const imagesLockPath = ".imgpkg/images.yml";
export const maxImagesLockBytes = 4 * 1024 * 1024;

export function isBundleLabelled(labels: Readonly<Record<string, string>>): boolean {
  return Object.hasOwn(labels, bundleLabel);
}

/** The tag under which imgpkg puts each image of a bundle in the bundle's repository, so that none is collected. */
export function imgpkgTag(digest: Digest): Tag {
  return parseTag(`${digest.replace(":", "-")}.imgpkg`);
}

/** The tag of the image that says where a bundle's images were found. */
export function imageLocationsTag(digest: Digest): Tag {
  return parseTag(`${digest.slice(0, digest.indexOf(":"))}-${digestHex(digest)}.image-locations.imgpkg`);
}

/** Locks are written without any; a file of nothing else would keep the YAML library busy for a minute. */
const maxFlowCollections = 50_000;

const imagesLockSchema = z.object({
  kind: z.literal("ImagesLock"),
  images: z.array(z.object({ image: z.string() })).nullish(),
});

export type LockedImage = Reference & {
  readonly digest: Digest;
  /** As the lock names it. */
  readonly image: string;
};

function refuse(value: string, cause?: unknown): EngineError {
  return new EngineError("bundle-invalid", { operation: "read-bundle", value, retryable: false }, cause);
}

/**
 * The images that a bundle's `.imgpkg/images.yml` lists, each once.
 *
 * @throws EngineError `bundle-invalid` when it is no such document or names an image without a digest: an image that
 * is left out would be missed only in the cluster
 */
export function parseImagesLock(text: string): LockedImage[] {
  if ((text.match(/[[{]/g)?.length ?? 0) > maxFlowCollections) throw refuse(imagesLockPath);
  let document: unknown;
  try {
    // Aliases are of no use in a lock file, and a few of them can stand for gigabytes.
    document = parseYaml(text, { maxAliasCount: 0, logLevel: "error" });
  } catch (cause) {
    throw refuse(imagesLockPath, cause);
  }
  const lock = imagesLockSchema.safeParse(document);
  if (!lock.success) throw refuse(imagesLockPath, lock.error);
  const images = new Map<string, LockedImage>();
  for (const { image } of lock.data.images ?? []) {
    const reference = parseLockedImage(image);
    images.set(`${reference.repository}@${reference.digest}`, reference);
  }
  return [...images.values()];
}

function parseLockedImage(text: string): LockedImage {
  let reference: Reference;
  try {
    reference = parseReference(text);
  } catch (cause) {
    throw refuse(text.slice(0, 200), cause);
  }
  const { digest } = reference;
  if (digest === undefined) throw refuse(text.slice(0, 200));
  return { ...reference, digest, image: text };
}
