import { isIndexMediaType } from "#lib/engine/oci/media-types.ts";
import type { SampleManifest } from "#lib/demo/sample-image.ts";
import { sealTarHeader, tarArchive, tarBlocks } from "./tar-blocks.ts";

/** An image of a tar as `imgpkg copy --to-tar` makes it. */
export interface TarImage {
  readonly manifest: SampleManifest;
  /** `host/repository` where it was read. */
  readonly from: string;
  readonly tag?: string;
  /** As a bundle lists it. */
  readonly origRef?: string;
  /** The bundle that the tar was made for. */
  readonly isRoot?: boolean;
}

/**
 * The bytes of such a tar, put together by what is known of the format, not by the code that is tested with it:
 * https://github.com/carvel-dev/imgpkg/blob/v0.42.3/pkg/imgpkg/imagetar/tar_writer.go
 */
export function buildImgpkgTar(images: readonly TarImage[]): Buffer {
  return tarArchive(
    goTarBlocks("manifest.json", formatImgpkgManifest(images)),
    ...listImgpkgLayers(images).map(([name, content]) => goTarBlocks(name, content)),
  );
}

/** Go numbers the device of every file, which is no device. */
export function goTarBlocks(name: string, content: Uint8Array | string): Buffer {
  const blocks = tarBlocks({ name, content });
  blocks.write("0000000\0", 329);
  blocks.write("0000000\0", 337);
  sealTarHeader(blocks.subarray(0, 512));
  return blocks;
}

/** Layers by the names of their entries. */
export function listImgpkgLayers(images: readonly TarImage[]): [string, Buffer][] {
  const layers = new Map<string, Buffer>();
  const visit = ({ blobs, children }: SampleManifest) => {
    for (const { descriptor, content } of blobs.slice(1)) {
      layers.set(`${descriptor.digest.replace(":", "-")}.tar.gz`, Buffer.concat([...content()]));
    }
    children.forEach(visit);
  };
  for (const { manifest } of images) visit(manifest);
  return [...layers].sort(([a], [b]) => (a < b ? -1 : 1));
}

export function formatImgpkgManifest(images: readonly TarImage[]): string {
  const records = images.map((image): [string, string] => {
    const { manifest } = image;
    const text = isIndexMediaType(manifest.descriptor.mediaType)
      ? `{"ImageIndex":${formatIndex(image)},"Image":null}`
      : `{"ImageIndex":null,"Image":${formatImage(image)}}`;
    return [manifest.descriptor.digest, text];
  });
  records.sort(([a], [b]) => (a < b ? -1 : 1));
  return `[${records.map(([, text]) => text).join(",")}]`;
}

function formatImage(image: TarImage): string {
  const { raw, descriptor, blobs } = image.manifest;
  const [config, ...layers] = blobs;
  if (!config) throw new Error("an image has a configuration");
  const content = Buffer.concat([...config.content()]).toString();
  const { rootfs } = JSON.parse(content) as { rootfs: { diff_ids: string[] } };
  const described = layers.map(({ descriptor: { mediaType, digest, sizeBytes } }, at) =>
    [
      `{"MediaType":${quote(mediaType)},"Digest":${quote(digest)}`,
      `"DiffID":${quote(rootfs.diff_ids[at] ?? "")},"Size":${sizeBytes}}`,
    ].join(","),
  );
  return [
    `{"Refs":[${quote(`${image.from}@${descriptor.digest}`)}]`,
    `"Layers":[${described.join(",")}]`,
    `"Config":{"Digest":${quote(config.descriptor.digest)},"Raw":${quote(content)}}`,
    `"Manifest":{"MediaType":${quote(descriptor.mediaType)},"Digest":${quote(descriptor.digest)}`,
    `"Raw":${quote(Buffer.from(raw).toString())}}`,
    formatNames(image),
  ].join(",");
}

function formatIndex(image: TarImage): string {
  const { raw, descriptor, children } = image.manifest;
  const images = children.map((manifest) => formatImage({ ...image, manifest }));
  return [
    `{"Refs":[${quote(`${image.from}@${descriptor.digest}`)}]`,
    `"Images":[${images.join(",")}]`,
    `"Indexes":null`,
    `"MediaType":${quote(descriptor.mediaType)}`,
    `"Digest":${quote(descriptor.digest)}`,
    `"Raw":${quote(Buffer.from(raw).toString())}`,
    formatNames(image),
  ].join(",");
}

function formatNames({ tag = "", origRef = "", isRoot = false }: TarImage): string {
  const labels = isRoot ? '{"dev.carvel.imgpkg.copy.root-bundle":""}' : "null";
  return `"Tag":${quote(tag)},"OrigRef":${quote(origRef)},"Labels":${labels}}`;
}

/** Go escapes more than JSON asks for, so that its output can stand in HTML. */
function quote(text: string): string {
  return JSON.stringify(text)
    .replaceAll("<", "\\u003c")
    .replaceAll(">", "\\u003e")
    .replaceAll("&", "\\u0026")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");
}
