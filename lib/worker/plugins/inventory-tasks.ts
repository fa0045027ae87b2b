import "server-only";
import { db } from "#lib/db/client.ts";
import { JobKind, ReleaseKind } from "#lib/db/generated/enums.ts";

export const inventoryName = "plugin-inventory";

/** Whether a repository is that of an inventory of plug-ins, by its name. */
export function isInventory(repository: string): boolean {
  return repository === inventoryName || repository.endsWith(`/${inventoryName}`);
}

/** The tasks of a job that bring the inventory of a plug-in release; none of a job that copies nothing. */
export async function listInventoryTasks(jobId: string): Promise<ReadonlySet<string>> {
  const tasks = await db.mirrorTask.findMany({
    where: {
      jobId,
      job: { kind: JobKind.mirror },
      component: { release: { kind: ReleaseKind.tanzu_plugins } },
      OR: [{ sourceRepository: inventoryName }, { sourceRepository: { endsWith: `/${inventoryName}` } }],
    },
    select: { id: true },
  });
  return new Set(tasks.map(({ id }) => id));
}
