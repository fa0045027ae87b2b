import "server-only";
import { db } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";

const place = { select: { id: true, name: true, storeId: true, folder: true } } as const;

const fields = {
  id: true,
  run: true,
  organizationId: true,
  state: true,
  cancelRequestedAt: true,
  volumeBytes: true,
  sign: true,
  exportFormat: true,
  extraFiles: true,
  extraChecksums: true,
  startedBy: { select: { id: true, username: true, role: true } },
  bundle: place,
  baseBundle: place,
  releases: {
    orderBy: { releaseId: "asc" },
    select: { release: { include: { components: { orderBy: { position: "asc" } } } } },
  },
  tasks: { orderBy: { position: "asc" } },
} satisfies Prisma.MirrorJobSelect;

/** All that an export needs to know of itself. */
export type ExportRow = Prisma.MirrorJobGetPayload<{ select: typeof fields }>;

export function readExport(jobId: string): Promise<ExportRow> {
  return db.mirrorJob.findUniqueOrThrow({ where: { id: jobId }, select: fields });
}
