import { Readable } from "node:stream";
import type { Digest } from "#lib/engine/oci/digest.ts";
import type { Repository, Tag } from "#lib/engine/oci/reference.ts";
import type { RegistryClient } from "#lib/engine/oci/registry-client.ts";
import type { SampleManifest } from "#lib/demo/sample-image.ts";

/** Pushes a sample image, or an index with its images, under a tag or its digest. */
export async function pushSample(
  client: RegistryClient,
  repository: Repository,
  reference: Tag | Digest,
  manifest: SampleManifest,
): Promise<void> {
  for (const child of manifest.children) await pushSample(client, repository, child.descriptor.digest, child);
  for (const { descriptor, content } of manifest.blobs) {
    if (await client.hasBlob(repository, descriptor.digest)) continue;
    const upload = await client.startUpload(repository, descriptor);
    if (upload)
      await client.finishUpload(upload, descriptor, Readable.from(content(), { objectMode: false }));
  }
  await client.putManifest(repository, reference, manifest);
}
