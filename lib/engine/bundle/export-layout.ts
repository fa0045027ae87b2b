import { createHash } from "node:crypto";
import type { ImagePlan, MirrorItem } from "../mirror/image-plan.ts";
import type { PinnedImage } from "../mirror/plan-session.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import { formatImagePath, formatReference } from "../oci/reference.ts";
import type { FileLayout } from "./layout.ts";
import type { PackedFile } from "./pack-file.ts";
import type { ProvenFile } from "./prove-files.ts";

/** An image of an export, resolved. */
export interface ExportImage {
  /** As the release names it, with its original host. */
  readonly original: string;
  /** Its target is the place in the bundle: the path below the base of whoever imports it. */
  readonly plan: ImagePlan;
}

/** A small file that is written once all others are proven; the last one makes the bundle complete. */
export interface ClosingFile {
  readonly name: string;
  readonly content: Uint8Array | string;
}

/** Who made a bundle, and when. */
export interface BundleMaking {
  readonly tool: string;
  readonly createdAt: Date;
  /** Signs what can be signed: an Ed25519 key in PEM. */
  readonly privateKeyPem?: string | undefined;
}

/** All that an export is going to write, known before the first byte is fetched. */
export interface ExportLayout {
  /** Those that take blobs. What closes a bundle is written once they are proven. */
  readonly files: readonly FileLayout[];
  /** Blobs that need no writing: they stand among fixed bytes, or in a bundle that this one builds on. */
  readonly held: ReadonlySet<Digest>;
  readonly manifests: ReadonlyMap<Digest, Descriptor>;
  /** By `formatSubject`. */
  readonly referrers: ReadonlyMap<string, readonly Descriptor[]>;
  /** Images whose blobs are to be brought. */
  readonly images: readonly ExportImage[];
  /** One of `files` that is packed at the very end: no packed file can be written out of order. */
  readonly packed?: PackedFile;
  /** Makes the last files. */
  close(proven: readonly ProvenFile[], making: BundleMaking): readonly ClosingFile[];
}

/**
 * What the images of an export meant when it was planned: tags may move, and signatures may come, before it is done. An
 * image stands under its `pinKey`, all that belongs to it under that and its own tag or digest.
 */
export function pinImages(images: readonly ExportImage[]): ReadonlyMap<string, Digest> {
  const pins = new Map<string, Digest>();
  for (const { plan } of images) {
    const key = pinKey(plan.item);
    pins.set(key, plan.root.digest);
    for (const { tag, descriptor } of plan.manifests)
      pins.set(`${key} ${tag ?? descriptor.digest}`, descriptor.digest);
  }
  return pins;
}

/** What `pinImages` has noted of each image, by `pinKey`: whoever plans it again plans with that. */
export function groupPins(pins: ReadonlyMap<string, Digest>): ReadonlyMap<string, PinnedImage> {
  const images = new Map<string, { digest?: Digest; parts?: Map<string, Digest> }>();
  for (const [key, digest] of pins) {
    const [source = "", target = "", part] = key.split(" ");
    const image = images.get(`${source} ${target}`) ?? {};
    images.set(`${source} ${target}`, image);
    if (part === undefined) image.digest = digest;
    else (image.parts ??= new Map()).set(part, digest);
  }
  return images;
}

export function pinKey({ source, target }: MirrorItem): string {
  return `${formatReference(source)} ${formatImagePath(target)}`;
}

/** Bytes that the files of a layout take at most; one that is packed is for a while there twice. */
export function measureLayout({ files, packed }: Pick<ExportLayout, "files" | "packed">): number {
  return files.reduce((sum, { name, sizeBytes }) => sum + sizeBytes * (name === packed?.from ? 2 : 1), 0);
}

/** Equal for two layouts only if what has been written for one is of use for the other. */
export function fingerprintLayout({ files }: Pick<ExportLayout, "files">): string {
  const hash = createHash("sha256");
  for (const { name, sizeBytes, blobs, fixed } of files) {
    hash.update(JSON.stringify([name, sizeBytes, blobs, fixed.length]));
    for (const { offset, bytes } of fixed) hash.update(`${offset}:${bytes.byteLength}\n`).update(bytes);
  }
  return hash.digest("hex");
}
