import "server-only";
import { db } from "#lib/db/client.ts";
import { maxJobImages } from "#lib/schemas/jobs.ts";
import { PublishState } from "#lib/schemas/publishing.ts";
import { formatOriginal, type NewTask, nameTask } from "../jobs/make-tasks.ts";
import type { OfferedDestination } from "../offers/find-offer.ts";
import { findHeld } from "../pruning/find-keep.ts";
import { HeldByOthers } from "../pruning/held-by-others.ts";
import type { PublishingParts } from "./publishing-parts.ts";
import type { PublishRow } from "./publishing-views.ts";

/** Of what is selected: where each image goes, and how it stands there. */
export async function readSelectedRows(
  { destination, source, components }: Pick<PublishingParts, "destination" | "source" | "components">,
  tasks: readonly NewTask[],
): Promise<PublishRow[]> {
  const [standing, atSource] = await Promise.all([
    readDigests(
      destination,
      tasks.map((task) => ({ repository: task.targetRepository, tag: placeTag(task) })),
    ),
    source &&
      readDigests(
        source,
        tasks.map((task) => ({ repository: task.sourceRepository, tag: placeTag(task) })),
      ),
  ]);
  const componentOf = new Map(components.map((component) => [component.id, component]));
  return tasks.map((task) => {
    const component = componentOf.get(task.componentId);
    const found = atSource?.get(placeKey(task.sourceRepository, placeTag(task)));
    const digest = task.plannedDigest ?? found ?? component?.resolvedDigest ?? null;
    const standingDigest = standing.get(placeKey(task.targetRepository, placeTag(task))) ?? null;
    const state = compareDigests(digest, standingDigest);
    return {
      id: `${task.targetRepository}${placeTag(task)}`,
      state,
      ...nameTask(task, destination.registry.host),
      digest,
      standingDigest,
      sizeBytes: formatSize(component?.sizeBytes),
      lacksSource: atSource !== null && found === undefined,
      neededByOthers: false,
    };
  });
}

/** What the organization has published at the destination and does not select any more. */
export async function readUnselectedRows(
  organizationId: string,
  destination: OfferedDestination,
  tasks: readonly NewTask[],
): Promise<PublishRow[]> {
  const wanted = new Set(tasks.map((task) => placeKey(task.targetRepository, placeTag(task))));
  const published = await db.publication.findMany({
    where: { organizationId, destinationId: destination.id },
    orderBy: { id: "asc" },
    take: maxJobImages,
    select: {
      id: true,
      repository: true,
      tag: true,
      digest: true,
      component: {
        select: { sourceHost: true, sourceRepository: true, tag: true, digest: true, sizeBytes: true },
      },
    },
  });
  const left = published.filter(({ repository, tag, digest }) => {
    const place = { tag, plannedDigest: digest };
    return !wanted.has(placeKey(repository, placeTag(place)));
  });
  const { host } = destination.registry;
  const repositories = [...new Set(left.map(({ repository }) => repository))];
  // As a prune asks.
  const held = new HeldByOthers(organizationId, await findHeld(organizationId, host, repositories));
  return left.map(({ id, repository, tag, digest, component }) => ({
    id: String(id),
    state: PublishState.unselected,
    original: component && formatOriginal(component),
    source: null,
    target: `${host}/${repository}${tag === "" ? `@${digest}` : `:${tag}`}`,
    digest: null,
    standingDigest: digest,
    sizeBytes: formatSize(component?.sizeBytes),
    lacksSource: false,
    neededByOthers: held.has({ repository, tag, digest }),
  }));
}

/** What stands under names at a destination, by `placeKey`. */
async function readDigests(
  { id }: OfferedDestination,
  places: readonly { repository: string; tag: string }[],
): Promise<Map<string, string>> {
  const repositories = places.map(({ repository }) => repository);
  const tags = places.map(({ tag }) => tag);
  const rows = await db.$queryRaw<{ repository: string; tag: string; digest: string }[]>`
    SELECT p."repository", p."tag", p."digest"
      FROM unnest(${repositories}::text[], ${tags}::text[]) AS w("repository", "tag")
      JOIN "Placement" p
        ON p."destinationId" = ${id}::uuid AND p."repository" = w."repository" AND p."tag" = w."tag"`;
  return new Map(rows.map(({ repository, tag, digest }) => [placeKey(repository, tag), digest]));
}

/** A name that stands is taken for the image as long as nothing else is known of that. */
function compareDigests(digest: string | null, standing: string | null): PublishState {
  if (standing === null) return PublishState.new;
  return digest === null || digest === standing ? PublishState.present : PublishState.changed;
}

/** As placements keep it: what has no tag is told by its digest. */
function placeTag({ tag, plannedDigest }: Pick<NewTask, "tag" | "plannedDigest">): string {
  return tag === "" ? `@${plannedDigest ?? ""}` : tag;
}

const placeKey = (repository: string, tag: string) => `${repository}:${tag}`;

const formatSize = (bytes: bigint | null | undefined) =>
  bytes === null || bytes === undefined ? null : Number(bytes);
