import "server-only";
import type { Prisma } from "#lib/db/generated/client.ts";
import type { MirrorItem } from "#lib/engine/mirror/index.ts";
import { findDigest } from "#lib/engine/oci/digest.ts";
import { parseRegistryHost, parseRepository, parseTag } from "#lib/engine/oci/reference.ts";
import { AppError } from "#lib/errors.ts";
import type { JobWork } from "./job-sessions.ts";

export const jobWorkFields = {
  id: true,
  run: true,
  organizationId: true,
  sourceRegistryId: true,
  destinationId: true,
  sourceRegistry: { select: { host: true } },
  destination: { select: { registryId: true } },
  startedBy: { select: { id: true, username: true, role: true } },
} satisfies Prisma.MirrorJobSelect;

type JobRow = Prisma.MirrorJobGetPayload<{ select: typeof jobWorkFields }>;

export function readJobWork(job: JobRow): JobWork {
  const { id, run, organizationId, sourceRegistryId, destination, startedBy } = job;
  return { id, run, sourceRegistryId, destination, origin: { id, organizationId, startedBy } };
}

interface TaskPaths {
  sourceRepository: string;
  targetRepository: string;
  tag: string;
  plannedDigest: string | null;
}

/** A task as the engine takes it. An image without a tag is named by its digest. */
export function readMirrorItem(job: Pick<JobRow, "sourceRegistry">, task: TaskPaths): MirrorItem {
  if (!job.sourceRegistry) throw new AppError("not-found", { what: "registry" });
  const digest = task.plannedDigest === null ? null : findDigest(task.plannedDigest);
  const tag = task.tag === "" ? {} : { tag: parseTag(task.tag) };
  return {
    source: {
      registry: parseRegistryHost(job.sourceRegistry.host),
      repository: parseRepository(task.sourceRepository),
      ...tag,
      ...(task.tag === "" && digest && { digest }),
    },
    target: {
      repository: parseRepository(task.targetRepository),
      ...tag,
      ...(task.tag === "" && digest && { digest }),
    },
  };
}
