import type { ImagePlan, PlannedBlob } from "../../mirror/image-plan.ts";
import type { PlanSession } from "../../mirror/plan-session.ts";
import type { Digest } from "../../oci/digest.ts";
import { createLimiter } from "../../oci/limiter.ts";
import { maxManifestBytes } from "../../oci/manifest-limit.ts";
import { parseManifest } from "../../oci/manifests.ts";
import { refuseImage } from "./refuse-image.ts";

/** As large as a manifest may be; real ones have some kilobytes. */
const maxConfigBytes = maxManifestBytes;
const configsAtOnce = 16;

/**
 * The configurations of images, by digest: imgpkg's format has them in its list of contents, so that they must be known
 * before anything is laid out.
 *
 * @param session that made the plans
 * @throws EngineError `image-not-representable` for one of more than 4 MiB; a code of the source
 */
export async function readConfigs(
  plans: readonly ImagePlan[],
  session: Pick<PlanSession, "readBlob">,
  signal?: AbortSignal,
): Promise<Map<Digest, Uint8Array>> {
  const limiter = createLimiter(configsAtOnce);
  const contents = new Map<Digest, Uint8Array>();
  const reading = new Map<Digest, Promise<void>>();
  for (const plan of plans) {
    for (const { descriptor, sourceRepository, content } of listConfigs(plan)) {
      const { digest, sizeBytes, mediaType } = descriptor;
      if (reading.has(digest)) continue;
      if (sizeBytes > maxConfigBytes) throw refuseImage(plan, { digest, value: mediaType });
      const read = async () => {
        contents.set(
          digest,
          content ?? (await session.readBlob(plan.item, sourceRepository, descriptor, signal)),
        );
      };
      reading.set(digest, limiter.run(read, signal));
    }
  }
  await Promise.all(reading.values());
  return contents;
}

function listConfigs({ manifests, blobs }: ImagePlan): PlannedBlob[] {
  const configs = new Set<Digest>();
  for (const { raw, descriptor } of manifests) {
    const manifest = parseManifest(raw, descriptor.mediaType);
    if (manifest.kind === "image" && manifest.config) configs.add(manifest.config.digest);
  }
  return blobs.filter(({ descriptor }) => configs.has(descriptor.digest));
}
