import "server-only";
import type { MirrorSet } from "#lib/domain/cluster-config/mirror-set.ts";
import type { MirroredImage } from "#lib/domain/cluster-config/mirrored-image.ts";
import { makeMirrorSets } from "#lib/domain/cluster-config/openshift-mirrors.ts";
import type { ConfigForm } from "#lib/schemas/cluster-config.ts";

/** Mirror sets that something else is made of, and that are not handed out. */
export const makePassingSets = (
  { includesTags, policy }: ConfigForm,
  images: readonly MirroredImage[],
): readonly MirrorSet[] => makeMirrorSets(images, { name: "drayage", includesTags, policy });
