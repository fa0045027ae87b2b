import "server-only";
import { writeDb } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";

export type Preparation = Awaited<ReturnType<typeof readPreparation>>;

/** What has to be known of a job to make its target ready. @throws AppError `not-found` for a job without a target */
export async function readPreparation(jobId: string) {
  const { destination, ...job } = await writeDb.mirrorJob.findUniqueOrThrow({
    where: { id: jobId },
    select: {
      id: true,
      run: true,
      state: true,
      organizationId: true,
      cancelRequestedAt: true,
      missingProjects: true,
      startedBy: { select: { id: true, username: true, role: true } },
      destination: { select: { registry: { select: { id: true, host: true } } } },
    },
  });
  if (destination === null) throw new AppError("not-found", { what: "destination" });
  return { ...job, registryId: destination.registry.id, host: destination.registry.host };
}
