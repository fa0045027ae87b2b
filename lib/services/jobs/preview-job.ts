import "server-only";
import type { Access } from "#lib/auth/access.ts";
import type { StartJobInput } from "#lib/schemas/jobs.ts";
import { findJobParts } from "./job-parts.ts";
import type { JobPreview } from "./job-views.ts";
import { drawTasks, nameTask } from "./make-tasks.ts";

/**
 * What a job would copy, from where to where; nothing is written and no registry is asked.
 *
 * @throws AppError as `startJob`, but collisions and overlaps are told, not thrown
 */
export async function previewJob(access: Access<"job.start">, input: StartJobInput): Promise<JobPreview> {
  const { components, paths } = await findJobParts(access, input);
  const sizes = new Map(components.map(({ id, sizeBytes }) => [id, sizeBytes]));
  const { tasks, collisions, overlaps } = drawTasks(components, paths);
  const images = tasks.map((task) => {
    const sizeBytes = sizes.get(task.componentId) ?? null;
    return {
      id: `${task.componentId}/${task.targetRepository}`,
      kind: task.kind,
      ...nameTask(task, paths.targetHost),
      sizeBytes: sizeBytes === null ? null : Number(sizeBytes),
    };
  });
  return { images, collisions, overlaps };
}
