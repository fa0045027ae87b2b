import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { SampleManifest } from "#lib/demo/sample-image.ts";
import type { Descriptor } from "#lib/engine/oci/descriptor.ts";
import { tarArchive, tarBlocks } from "./tar-blocks.ts";

/** What is in an archive, by its path. */
export type ArchiveParts = Map<string, Uint8Array>;

/** Image layout specification, "Blobs". */
export const blobPath = (digest: string) => `blobs/${digest.replace(":", "/")}`;

/** Everything of an image, by its path in a layout. */
function listBlobs(manifest: SampleManifest, into: ArchiveParts = new Map()): ArchiveParts {
  for (const child of manifest.children) listBlobs(child, into);
  for (const { descriptor, content } of manifest.blobs) {
    into.set(blobPath(descriptor.digest), Buffer.concat([...content()]));
  }
  return into.set(blobPath(manifest.descriptor.digest), manifest.raw);
}

const describeRoot = (
  { mediaType, digest, sizeBytes }: Descriptor,
  annotations?: Record<string, string>,
) => ({
  mediaType,
  digest,
  size: sizeBytes,
  ...(annotations && { annotations }),
});
/** The annotation by which an image layout names an image. */
export const named = (name: string) => ({ "org.opencontainers.image.ref.name": name });

/** An image layout. @param roots with their names */
export function layoutOf(
  roots: readonly (readonly [SampleManifest, Record<string, string>?])[],
): ArchiveParts {
  const files: ArchiveParts = new Map([["oci-layout", Buffer.from('{"imageLayoutVersion":"1.0.0"}')]]);
  for (const [manifest] of roots) listBlobs(manifest, files);
  const manifests = roots.map(([{ descriptor }, annotations]) => describeRoot(descriptor, annotations));
  return files.set("index.json", Buffer.from(JSON.stringify({ schemaVersion: 2, manifests })));
}

/** Writes an archive. @param more entries behind those */
export async function writeArchive(
  path: string,
  parts: ArchiveParts,
  ...more: readonly Uint8Array[]
): Promise<string> {
  const entries = Array.from(parts, ([name, content]) => tarBlocks({ name, content }));
  await writeFile(path, tarArchive(...entries, ...more));
  return path;
}

export async function writeLayoutFolder(folder: string, parts: ArchiveParts): Promise<string> {
  for (const [name, content] of parts) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}
