import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import type { JobEvent } from "#lib/db/generated/client.ts";
import { PruneRemoves } from "#lib/db/generated/enums.ts";
import { AppError } from "#lib/errors.ts";
import { maxKeptExtras } from "#lib/schemas/jobs.ts";
import { assertVisible } from "./job-row.ts";
import type { JobEventView } from "./job-views.ts";
import { findTargetHost, formatExtras } from "./read-extras.ts";

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
 * The whole log of a job, oldest first, what a comparison found beside its images, and what a prune deletes; a batch of
 * lines at a time: it may be longer than what fits into memory.
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
  return { number, lines: formatLines(access, jobId, format === "text" ? formatTextLine : formatJsonLine) };
}

interface LogLine extends Omit<JobEventView, "id" | "kind"> {
  kind: JobEventView["kind"] | "extra" | "deletion";
  image: string | null;
}

async function* formatLines(
  access: Access<"job.read">,
  jobId: string,
  formatLine: (line: LogLine) => string,
) {
  for await (const lines of readEvents(jobId)) yield lines.map(formatLine).join("");
  for await (const lines of readExtras(access, jobId)) yield lines.map(formatLine).join("");
  for await (const lines of readDeletions(jobId)) yield lines.map(formatLine).join("");
}

async function* readEvents(jobId: string): AsyncGenerator<LogLine[]> {
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
    yield events.map(({ task, ...event }) => {
      const { id: _id, ...line } = formatEvent(event);
      return { ...line, image: task?.originalName ?? null };
    });
  }
}

async function* readExtras(access: Access<"job.read">, jobId: string): AsyncGenerator<LogLine[]> {
  const host = await findTargetHost(jobId);
  for (let skip = 0; ; skip += batchSize) {
    const rows = await db.jobExtra.findMany({
      where: { jobId },
      orderBy: [{ repository: "asc" }, { tag: "asc" }],
      skip,
      take: batchSize,
      include: { listed: { select: { listedAt: true } } },
    });
    if (rows.length === 0) break;
    const extras = await formatExtras(access, host, rows);
    yield rows.map(({ listed }, index) => ({
      at: listed.listedAt.toISOString(),
      kind: "extra",
      taskId: null,
      state: null,
      code: null,
      facts: { job: extras[index]?.placedBy?.number ?? null },
      image: extras[index]?.reference ?? "",
    }));
  }
  const { _sum, _max } = await db.jobRepository.aggregate({
    where: { jobId },
    _sum: { extraTags: true },
    _max: { listedAt: true },
  });
  const left = (_sum.extraTags ?? 0) - maxKeptExtras;
  if (left <= 0 || _max.listedAt === null) return;
  const line = { taskId: null, state: null, code: null, image: null } as const;
  yield [{ ...line, at: _max.listedAt.toISOString(), kind: "truncated", facts: { extraTags: left } }];
}

/** In the order in which they are asked for; one that is not over stands at the time of its plan. */
async function* readDeletions(jobId: string): AsyncGenerator<LogLine[]> {
  const host = await findTargetHost(jobId);
  for (let skip = 0; ; skip += batchSize) {
    const rows = await db.pruneDeletion.findMany({
      where: { task: { jobId } },
      orderBy: [{ task: { position: "asc" } }, { position: "asc" }],
      skip,
      take: batchSize,
      include: { task: { select: { targetRepository: true, prunePlannedAt: true } } },
    });
    if (rows.length === 0) return;
    yield rows.map(({ task, removes, digest, tags, state, endedAt, ...row }) => {
      const name = removes === PruneRemoves.tag ? `:${tags[0] ?? ""}` : `@${digest}`;
      const kept =
        row.keptBy === null ? {} : { keptBy: row.keptBy, keptName: row.keptName, through: row.through };
      return {
        at: (endedAt ?? task.prunePlannedAt ?? new Date()).toISOString(),
        kind: "deletion",
        taskId: row.taskId,
        state,
        code: row.errorCode,
        facts: { ...(row.errorFacts as object | null), digest, tags, ...kept },
        image: `${host}/${task.targetRepository}${name}`,
      };
    });
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

function formatJsonLine(line: LogLine): string {
  return `${JSON.stringify(line)}\n`;
}

function formatTextLine({ at, kind, image, state, code, facts }: LogLine): string {
  const words = [at, kind, image, state, code, facts === null ? "" : JSON.stringify(facts)];
  return `${words.filter(Boolean).join(" ")}\n`;
}
