import "server-only";
import type { MirrorSet } from "#lib/domain/cluster-config/mirror-set.ts";
import type { MirroredImage } from "#lib/domain/cluster-config/mirrored-image.ts";
import { makeMirrorSets } from "#lib/domain/cluster-config/openshift-mirrors.ts";
import type { ConfigForm } from "#lib/schemas/cluster-config.ts";

/** The mirror sets of a form, to be looked at, or for something else to be made of; of the latter nobody sees a name. */
export const makeSets = (
  { name, includesTags, policy }: ConfigForm,
  images: readonly MirroredImage[],
): readonly MirrorSet[] => makeMirrorSets(images, { name: name || "drayage", includesTags, policy });
