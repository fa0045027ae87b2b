import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import type { JobEvent } from "#lib/db/generated/client.ts";
import { AppError } from "#lib/errors.ts";
import { assertVisible } from "./job-row.ts";
import type { JobEventView } from "./job-views.ts";

const batchSize = 1000;
// The recorder keeps about a hundred per task and run.
const maxTaskEvents = 1000;

export type LogFormat = "text" | "ndjson";

/** The log of one image, oldest first; of a very long one its end. @throws AppError `not-found` */
export async function listTaskEvents(
  access: Access<"job.read">,
  jobId: string,
  taskId: string,
): Promise<JobEventView[]> {
  await assertVisible(access, jobId);
  const known = await db.mirrorTask.count({ where: { id: taskId, jobId } });
  if (known === 0) throw new AppError("not-found", { what: "task" });
  const rows = await db.jobEvent.findMany({
    where: { taskId },
    orderBy: { id: "desc" },
    take: maxTaskEvents,
  });
  return rows.toReversed().map(formatEvent);
}

/**
 * The whole log of a job, oldest first, a batch of lines at a time: it may be longer than what fits into memory.
 *
 * @throws AppError `not-found`
 */
export async function streamLog(
  access: Access<"job.read">,
  jobId: string,
  format: LogFormat,
): Promise<{ number: number; lines: AsyncGenerator<string, void, undefined> }> {
  await assertVisible(access, jobId);
  const { number } = (await db.mirrorJob.findUnique({ where: { id: jobId } })) ?? { number: 0 };
  return { number, lines: readLines(jobId, format === "text" ? formatTextLine : formatJsonLine) };
}

type NamedEvent = JobEvent & { task: { originalName: string } | null };

async function* readLines(jobId: string, formatLine: (event: NamedEvent) => string) {
  let after = 0n;
  for (;;) {
    const events = await db.jobEvent.findMany({
      where: { jobId, id: { gt: after } },
      orderBy: { id: "asc" },
      take: batchSize,
      include: { task: { select: { originalName: true } } },
    });
    const last = events.at(-1);
    if (!last) return;
    after = last.id;
    yield events.map(formatLine).join("");
  }
}

function formatEvent(event: JobEvent): JobEventView {
  return {
    id: String(event.id),
    at: event.at.toISOString(),
    kind: event.kind,
    taskId: event.taskId,
    state: event.state,
    code: event.code,
    facts: event.facts as Record<string, unknown> | null,
  };
}

function formatJsonLine(event: NamedEvent): string {
  const { id: _id, ...line } = formatEvent(event);
  return `${JSON.stringify({ ...line, image: event.task?.originalName ?? null })}\n`;
}

function formatTextLine(event: NamedEvent): string {
  const facts = event.facts === null ? "" : JSON.stringify(event.facts);
  const words = [
    event.at.toISOString(),
    event.kind,
    event.task?.originalName,
    event.state,
    event.code,
    facts,
  ];
  return `${words.filter(Boolean).join(" ")}\n`;
}
