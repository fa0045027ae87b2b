import type { SampleManifest } from "#lib/demo/sample-image.ts";
import type { MemoryRegistry } from "../memory-registry/memory-registry.ts";

/** Puts a sample image, or an index with its images, where it belongs, without a client. */
export async function putSample(
  registry: MemoryRegistry,
  repository: string,
  manifest: SampleManifest,
  tag?: string,
): Promise<void> {
  for (const child of manifest.children) await putSample(registry, repository, child);
  for (const { content } of manifest.blobs) await registry.putBlob(repository, Buffer.concat([...content()]));
  const { mediaType } = manifest.descriptor;
  await registry.putManifest(repository, manifest.raw, mediaType, tag === undefined ? {} : { tag });
}
