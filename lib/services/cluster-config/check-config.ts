import "server-only";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Access } from "#lib/auth/access.ts";
import { lintConfig, readMirrorSets } from "#lib/domain/cluster-config/lint-config.ts";
import type { MirrorSet } from "#lib/domain/cluster-config/mirror-set.ts";
import type { MirroredImage } from "#lib/domain/cluster-config/mirrored-image.ts";
import { parseRegistryBase } from "#lib/engine/oci/reference.ts";
import type { CheckedConfig, CheckedText, ConfigCheckInput } from "#lib/schemas/config-check.ts";
import { formatPlaceName } from "../offers/offer-place.ts";
import { getConfigPlace } from "./config-places.ts";
import { readMirroredImages } from "./mirrored-images.ts";
import { splitReferences, viewMirrorSets } from "./windows-view.ts";

/** Each reference of an image is looked for at each mirror; so many of both take about a second. */
const maxComparisons = 2_000_000;

/**
 * Says what is wrong with configuration of clusters that somebody has pasted or chosen. Nothing of it is kept, nothing is
 * asked of anybody, and no secret in it is told.
 *
 * @throws AppError `not-found` for a destination that is not there, or another's
 */
export async function checkConfig(
  access: Access<"cluster-config.read">,
  { texts, destinationId, ...asked }: ConfigCheckInput,
): Promise<CheckedConfig> {
  const place = destinationId === null ? null : await getConfigPlace(access, destinationId);
  const mirrored = place === null ? null : await readMirroredImages(access, place);
  const sets = texts.flatMap(({ path, text }) => readMirrorSets(path, text));
  const images = mirrored && takeFirst(mirrored.images, maxComparisons / countMirrors(sets));
  const leftOutCount = mirrored && images ? mirrored.images.length - images.length : 0;
  const isCut = mirrored?.isCut === true;
  const registry = place === null ? null : formatPlaceName(place.host, place.basePath);
  const question = {
    ...{ ...asked, at: new Date() },
    ...(registry !== null && { registry: parseRegistryBase(registry) }),
    ...(images && { images }),
  };
  const checked: CheckedText[] = [];
  for (const { path, text } of texts) {
    // Others are answered in between.
    await nextTurn();
    const findings = lintConfig(path, text, question);
    // Of what was not looked at nobody knows that it is not there.
    const isCertain = !isCut && leftOutCount === 0;
    checked.push({
      path,
      findings: isCertain ? findings : findings.filter(({ rule }) => rule !== "entry-without-image"),
    });
  }
  const isForWindows = asked.hasWindowsNodes && sets.length > 0;
  return {
    texts: checked,
    windows: isForWindows
      ? await viewMirrorSets(access, sets, {
          ...{ registry, images: (images ?? []).flatMap(splitReferences), beginsWithPause: true },
          hasMoreReferences: mirrored?.hasMoreReferences === true,
        })
      : null,
    imageCount: images?.length ?? 0,
    ...{ leftOutCount, isCut },
  };
}

const countMirrors = (sets: readonly MirrorSet[]): number =>
  sets.reduce(
    (sum, { entries }) => entries.reduce((count, { mirrors }) => count + 1 + mirrors.length, sum),
    1,
  );

/** Images with no more references than that, all together. */
function takeFirst(images: readonly MirroredImage[], maxReferences: number): readonly MirroredImage[] {
  let count = 0;
  const end = images.findIndex(
    ({ tags, digests }) => (count += tags.length + digests.length) > maxReferences,
  );
  return end === -1 ? images : images.slice(0, end);
}
