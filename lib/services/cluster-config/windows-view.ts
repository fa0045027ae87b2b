import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import { db } from "#lib/db/client.ts";
import type { MirrorSet } from "#lib/domain/cluster-config/mirror-set.ts";
import { type MirroredImage, pauseImage } from "#lib/domain/cluster-config/mirrored-image.ts";
import { describeWindowsNodes } from "#lib/domain/cluster-config/windows-nodes.ts";
import type { ConfigForm, ConfigTopic, WindowsNodesView } from "#lib/schemas/cluster-config.ts";
import type { KnownParts } from "./config-inputs.ts";
import { makeSets } from "./form-sets.ts";

const maxImages = 2000;
/** Of all images, for each of which it is found out what is asked: so many take about half a second. */
const maxReferences = 20_000;
/** Of one image: sets that somebody pastes may name thousands of mirrors. */
const maxRequests = 20;

/** What Windows nodes ask by the mirror sets of what is mirrored; null where none are spoken of. */
export async function viewWindowsNodes(
  access: Access<"cluster-config.read">,
  topic: ConfigTopic,
  form: ConfigForm,
  known: KnownParts,
): Promise<WindowsNodesView | null> {
  const isWanted =
    topic === "openshift" ? form.hasWindowsNodes : topic === "hosts-toml" && form.system === "windows";
  if (!isWanted) return null;
  const images = form.includesTags ? known.images.flatMap(splitReferences) : known.images;
  return viewMirrorSets(access, makeSets(form, known.images), { ...known, images });
}

interface MirroredTo {
  /** `host[:port][/base]` that images were mirrored to; null where none is spoken of. */
  registry: string | null;
  images: readonly MirroredImage[];
  hasMoreReferences: boolean;
  /** Every pod needs that image, so it stands before all others, whether it was mirrored or not. */
  beginsWithPause?: boolean;
}

/** What Windows nodes ask by mirror sets. */
export async function viewMirrorSets(
  access: Access<"cluster-config.read">,
  sets: readonly MirrorSet[],
  { registry, images, hasMoreReferences, beginsWithPause = false }: MirroredTo,
): Promise<WindowsNodesView> {
  const some = takeSome(images);
  const nodes = describeWindowsNodes(sets, some);
  const view = ({ image, requests, foundAt }: (typeof nodes.images)[number]) => ({
    ...{ image, foundAt },
    requests: requests.slice(0, maxRequests),
  });
  const belongsBelow = registry ?? pauseImage.host;
  const others = nodes.images.filter(({ image }) => image !== nodes.pause.image);
  const shown = beginsWithPause ? [nodes.pause, ...others] : nodes.images;
  return {
    images: shown.slice(0, maxImages).map(view),
    imageCount: shown.length,
    missingCount: shown.filter(({ foundAt }) => foundAt === null).length,
    isPartial: hasMoreReferences || countShown(some) < countShown(images),
    pause: view(nodes.pause),
    pauseBelongsAt: nodes.pause.places[0] ?? `${belongsBelow}/${pauseImage.repository}`,
    pauseComponent: mayRole(access.role, "catalog.write") ? await findPauseComponent() : null,
  };
}

/** By tag and by digest nodes ask otherwise, and both are to be seen. */
export function splitReferences(image: MirroredImage): MirroredImage[] {
  return [
    ...(image.tags.length > 0 ? [{ ...image, digests: [] }] : []),
    ...(image.digests.length > 0 ? [{ ...image, tags: [] }] : []),
  ];
}

/** Of each image so many references that all images have a share; of what every pod needs, all. */
function takeSome(images: readonly MirroredImage[]): readonly MirroredImage[] {
  const count = images.reduce((sum, { tags, digests }) => sum + tags.length + digests.length, 0);
  if (count <= maxReferences) return images;
  const share = Math.max(1, Math.floor(maxReferences / images.length));
  return images.map((image) => {
    const { source, tags, digests } = image;
    if (source === pauseImage.source) return image;
    return { ...image, tags: tags.slice(0, share), digests: digests.slice(0, share) };
  });
}

/** Of an image its digests are shown, or its tags where there are none. */
const countShown = (images: readonly MirroredImage[]): number =>
  images.reduce((sum, { tags, digests }) => sum + (digests.length > 0 ? digests : tags).length, 0);

async function findPauseComponent(): Promise<WindowsNodesView["pauseComponent"]> {
  return db.component.findFirst({
    where: {
      sourceHost: pauseImage.host,
      sourceRepository: pauseImage.repository,
      tag: pauseImage.tag,
      enabled: true,
    },
    orderBy: { id: "asc" },
    select: { id: true, releaseId: true },
  });
}
