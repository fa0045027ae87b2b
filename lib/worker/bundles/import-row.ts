import "server-only";
import { db } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";

const fields = {
  id: true,
  run: true,
  organizationId: true,
  state: true,
  importFolder: true,
  createReleases: true,
  startedBy: { select: { id: true, username: true, role: true } },
  destination: { select: { basePath: true } },
  bundle: { select: { id: true, name: true, storeId: true, folder: true } },
  tasks: { orderBy: { position: "asc" } },
} satisfies Prisma.MirrorJobSelect;

/** All that an import needs to know of itself. */
export type ImportRow = Prisma.MirrorJobGetPayload<{ select: typeof fields }>;

export function readImport(jobId: string): Promise<ImportRow> {
  return db.mirrorJob.findUniqueOrThrow({ where: { id: jobId }, select: fields });
}
