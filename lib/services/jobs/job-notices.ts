import "server-only";
import { isDeepStrictEqual } from "node:util";
import type { Prisma } from "#lib/db/generated/client.ts";
import { JobEventKind } from "#lib/db/generated/enums.ts";
import type { ChangeTransaction } from "#lib/db/with-change.ts";
import { jobsChannel, notifyJob } from "#lib/queue/notifications.ts";
import type { JobNotice } from "./job-views.ts";

type NoticeChange = Pick<Prisma.MirrorJobUncheckedUpdateInput, "missingProjects">;

export function readNotices({ notices }: { notices: Prisma.JsonValue }): JobNotice[] {
  return notices as unknown as JobNotice[];
}

/** Writes what is to be said of a job from here on; what was not said before is noted in its log. The caller has locked it. */
export async function setNotices(
  tx: ChangeTransaction,
  jobId: string,
  notices: readonly JobNotice[],
  change: NoticeChange,
): Promise<void> {
  const job = await tx.mirrorJob.findUniqueOrThrow({ where: { id: jobId }, select: { notices: true } });
  const said = readNotices(job);
  const added = notices.filter((notice) => !said.some((each) => isDeepStrictEqual(each, notice)));
  await tx.mirrorJob.update({
    where: { id: jobId },
    data: { ...change, notices: notices as unknown as Prisma.InputJsonArray },
  });
  await tx.jobEvent.createMany({
    data: added.map(({ code, facts }) => ({ jobId, kind: JobEventKind.notice, code, facts: { ...facts } })),
  });
  await notifyJob(tx, jobsChannel, jobId);
}
