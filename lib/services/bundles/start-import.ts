import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import type { Bundle, BundleImage } from "#lib/db/generated/client.ts";
import { BundleState, JobKind } from "#lib/db/generated/enums.ts";
import { type Change, withChange } from "#lib/db/with-change.ts";
import { joinRepository, parseRepository, type Repository } from "#lib/engine/oci/reference.ts";
import { AppError } from "#lib/errors.ts";
import { openQueue } from "#lib/queue/enqueue.ts";
import type { StartImportInput } from "#lib/schemas/bundles.ts";
import { createJob } from "../jobs/create-job.ts";
import { assertOrganization, findDestination } from "../jobs/job-parts.ts";
import { assertState, findBundle, readyStates } from "./bundle-row.ts";
import { findTrustedName } from "./trusted-keys.ts";

/**
 * Makes the job that brings a bundle's images to a registry. Nothing is asked of a registry or of a disk here.
 *
 * @throws AppError `not-found`, `organization-disabled`, `nothing-to-copy`, `bundle-not-ready`, `bundle-key-untrusted`,
 * `target-collision`
 */
export async function startImport(
  access: Access<"job.start">,
  input: StartImportInput,
): Promise<{ id: string; number: number }> {
  const { organizationId } = input;
  const [bundle, destination] = await Promise.all([
    findBundle(access, input.bundleId),
    findDestination(input.destinationId, organizationId),
    organizationId === null ? null : assertOrganization(organizationId),
  ]);
  // In one that nobody has looked into yet anything may be.
  assertState(bundle, bundle.imageCount > 0 ? readyStates : [BundleState.sound]);
  await assertTrusted(bundle);
  const images = await db.bundleImage.findMany({
    where: { bundleId: bundle.id, inBase: false },
    orderBy: { position: "asc" },
  });
  if (images.length === 0) throw new AppError("nothing-to-copy", {});
  const base = joinBase(destination.basePath, input.folder);
  const tasks = images.map((image, index) => makeTask(image, base, index + 1));
  assertPlaces(tasks, destination.registry.host);
  const enqueue = await openQueue();
  const change: Change = { action: "job.start", objectName: "", organizationId };
  const choice = {
    kind: JobKind.import_bundle,
    bundleId: bundle.id,
    destinationId: destination.id,
    importFolder: input.folder,
    createReleases: input.createReleases,
    holdAfterPlanning: input.holdAfterPlanning,
  };
  return withChange(access, change, async (tx, audit) => {
    audit.after({ ...choice, bundle: bundle.name, images: tasks.length });
    const startedById = access.actor.userId;
    const job = { ...choice, organizationId, startedById, planTotal: tasks.length, releaseIds: [] };
    return createJob(tx, enqueue, audit, job, tasks);
  });
}

/** @throws AppError `bundle-key-untrusted` */
async function assertTrusted({ name, signedBy }: Bundle): Promise<void> {
  if (signedBy === null || (await findTrustedName(signedBy)) !== null) return;
  throw new AppError("bundle-key-untrusted", { name, fingerprint: signedBy });
}

/** Different images under one name: only the last of them would stand. @throws AppError `target-collision` */
function assertPlaces(tasks: readonly ReturnType<typeof makeTask>[], host: string): void {
  const taken = new Map<string, ReturnType<typeof makeTask>>();
  for (const task of tasks.filter(({ tag }) => tag !== "")) {
    const place = `${task.targetRepository}:${task.tag}`;
    const first = taken.get(place);
    if (first && first.plannedDigest !== task.plannedDigest) {
      const name = (of: typeof task) => `${of.originalName}@${of.plannedDigest}`;
      const facts = { target: `${host}/${place}`, first: name(first), second: name(task) };
      throw new AppError("target-collision", facts);
    }
    taken.set(place, task);
  }
}

/** The path below which the images of an import stand; either part may be empty. */
export function joinBase(basePath: string, folder: string): Repository | "" {
  const base = basePath === "" ? "" : parseRepository(basePath);
  return folder === "" ? base : joinRepository(base, parseRepository(folder));
}

function makeTask(image: BundleImage, base: Repository | "", position: number) {
  const { kind, original, repository, tag, digest } = image;
  return {
    position,
    componentId: null,
    kind,
    originalName: original,
    sourceHost: "",
    sourceRepository: repository,
    targetRepository: joinRepository(base, parseRepository(repository)),
    tag,
    plannedDigest: digest,
  };
}
