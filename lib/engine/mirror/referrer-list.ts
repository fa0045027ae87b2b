import type { Descriptor } from "../oci/descriptor.ts";
import { digestBytes, type Digest } from "../oci/digest.ts";
import { ociImageIndex } from "../oci/media-types.ts";
import { referrersTag } from "../oci/referrers-endpoint.ts";
import type { ManifestContent } from "./content.ts";
import type { ImagePlan } from "./image-plan.ts";
import { retrying, type PlaceContext } from "./place-context.ts";

/**
 * Sees to it that the target lists what refers to the manifests of a plan. A registry with the referrers API does so by
 * itself; elsewhere the list is kept under a tag, and what others have put on it stays.
 *
 * @returns how many lists were written
 */
export async function writeReferrerLists(context: PlaceContext, plan: ImagePlan): Promise<number> {
  let written = 0;
  for (const [subject, referrers] of plan.referrers) {
    if (await writeList(context, plan, subject, referrers)) written++;
  }
  return written;
}

async function writeList(
  context: PlaceContext,
  { item }: ImagePlan,
  subject: Digest,
  referrers: readonly Descriptor[],
): Promise<boolean> {
  const { target, writes, signal, emit } = context;
  const { repository } = item.target;
  const tag = referrersTag(subject);
  // Always anew, but never two at a time: each would drop what the other has added.
  const written = await writes.run(
    `${repository}:${tag}`,
    async () => {
      const listed = await retrying(context, () => target.listReferrers(repository, subject, signal));
      const known = new Set(listed.map(({ digest }) => digest));
      const missing = referrers.filter(({ digest }) => !known.has(digest));
      if (missing.length === 0) return false;
      const list = buildList([...listed, ...missing]);
      await retrying(context, () => target.pushManifest(repository, tag, list, signal));
      emit({ type: "manifest-pushed", digest: list.descriptor.digest, tag });
      return true;
    },
    { signal, again: true },
  );
  return written ?? false;
}

/** Distribution specification, "Referrers Tag Schema": an index of descriptors. */
function buildList(referrers: readonly Descriptor[]): ManifestContent {
  const manifests = referrers.map(({ mediaType, digest, sizeBytes, annotations, artifactType }) => ({
    mediaType,
    digest,
    size: sizeBytes,
    ...(annotations && { annotations }),
    ...(artifactType !== undefined && { artifactType }),
  }));
  const raw = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: ociImageIndex, manifests }));
  return {
    raw,
    descriptor: { mediaType: ociImageIndex, digest: digestBytes(raw), sizeBytes: raw.byteLength },
  };
}
