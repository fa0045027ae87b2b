import { digestHex } from "#lib/engine/oci/digest.ts";
import { parseTag, type Tag } from "#lib/engine/oci/reference.ts";
import { buildFileImage } from "./file-image.ts";
import type { LayerFile } from "./layer-content.ts";
import type { SampleManifest } from "./sample-image.ts";

/** An image that a bundle lists. */
export interface NestedImage {
  /** Where its author had it, `host/repository`. Copies of the bundle keep this name and its digest. */
  readonly origin: string;
  readonly manifest: SampleManifest;
  /** Of a nested bundle: what it lists itself. */
  readonly nested?: readonly NestedImage[];
}

/** A manifest and its tag in the repository of the bundle. */
export interface TaggedManifest {
  readonly tag: Tag;
  readonly manifest: SampleManifest;
}

/** A bundle: files and a list of images by digest. */
export function buildBundle(name: string, files: readonly LayerFile[], nested: readonly NestedImage[]) {
  return buildFileImage([{ path: ".imgpkg/images.yml", content: formatImagesLock(nested) }, ...files], {
    "dev.carvel.imgpkg.bundle": "true",
    "org.opencontainers.image.title": name,
  });
}

/**
 * What `imgpkg copy` leaves in the repository of a bundle besides its own tag: every listed image, those of nested
 * bundles included, and the lists of where each bundle's images are.
 */
export function listRelocated(bundle: SampleManifest, nested: readonly NestedImage[]): TaggedManifest[] {
  const found = new Map<Tag, SampleManifest>();
  const visit = (manifest: SampleManifest, images: readonly NestedImage[]) => {
    for (const image of images) {
      if (image.nested === undefined) found.set(formatImageTag(image.manifest), image.manifest);
      else visit(image.manifest, image.nested);
    }
    const locations = buildFileImage([{ path: "image-locations.yml", content: formatLocations(images) }]);
    found.set(parseTag(`${digestTag(manifest)}.image-locations.imgpkg`), locations);
    found.set(formatImageTag(manifest), manifest);
  };
  visit(bundle, nested);
  return [...found].map(([tag, manifest]) => ({ tag, manifest }));
}

function digestTag(manifest: SampleManifest): string {
  return `sha256-${digestHex(manifest.descriptor.digest)}`;
}

function formatImageTag(manifest: SampleManifest): Tag {
  return parseTag(`${digestTag(manifest)}.imgpkg`);
}

function formatImagesLock(nested: readonly NestedImage[]): string {
  const lines = nested.map(
    ({ origin, manifest }) =>
      `- annotations:\n    kbld.carvel.dev/id: ${origin}\n  image: ${origin}@${manifest.descriptor.digest}\n`,
  );
  return `---\napiVersion: imgpkg.carvel.dev/v1alpha1\nimages:\n${lines.join("")}kind: ImagesLock\n`;
}

function formatLocations(nested: readonly NestedImage[]): string {
  const lines = nested.map(
    ({ origin, manifest, nested: own }) =>
      `- image: ${origin}@${manifest.descriptor.digest}\n  isBundle: ${own !== undefined}\n`,
  );
  return `---\napiVersion: imgpkg.carvel.dev/v1alpha1\nimages:\n${lines.join("")}kind: ImageLocations\n`;
}
