import "server-only";
import { JobEventKind, TaskState } from "#lib/db/generated/enums.ts";
import type { Verdict } from "#lib/engine/mirror/verify-image.ts";
import { AppError } from "#lib/errors.ts";
import { settleJob } from "#lib/services/jobs/settle-job.ts";
import { formatStorableJson } from "#lib/storable-text.ts";
import type { Attempt } from "./end-task.ts";

/** Where the compared image stands, or should. */
interface ComparedPlace {
  registry: string;
  repository: string;
  reference: string;
}

/** How an image at the target compares with the source's; only one that is the same has not failed. */
export async function recordVerdict(
  { recorder, record }: Attempt,
  verdict: Verdict,
  place: ComparedPlace,
): Promise<void> {
  const { taskId, jobId } = record.claim;
  const error = explainVerdict(verdict, place);
  const state = error === null ? TaskState.succeeded : TaskState.failed;
  const kind = error === null ? JobEventKind.task_state : JobEventKind.error;
  const [code, facts] = [error?.code ?? null, error === null ? null : formatStorableJson(error.facts)];
  const sourceDigest = "sourceDigest" in verdict ? verdict.sourceDigest : verdict.rootDigest;
  const targetDigest = findTargetDigest(verdict);
  await recorder.finish(record, async (tx) => {
    await tx.$executeRaw`
      WITH task AS (
        UPDATE "MirrorTask"
           SET "state" = ${state}::"TaskState", "verdict" = ${verdict.state}::"Verdict",
               "plannedDigest" = ${sourceDigest}, "targetDigest" = ${targetDigest}, "errorCode" = ${code},
               "errorFacts" = ${facts}::jsonb, "nextAttemptAt" = NULL, "finishedAt" = now()
         WHERE "id" = ${taskId}::uuid RETURNING *
      ), event AS (
        INSERT INTO "JobEvent" ("jobId", "taskId", "kind", "state", "code", "facts")
        SELECT "jobId", "id", ${kind}::"JobEventKind", ${state}, ${code}, ${facts}::jsonb FROM task
      )
      UPDATE "Placement" p SET "verifiedAt" = now()
        FROM task t JOIN "MirrorJob" j ON j."id" = t."jobId"
       WHERE t."verdict" = 'same' AND p."destinationId" = j."destinationId" AND p."digest" = t."targetDigest"
         AND p."repository" = t."targetRepository"
         AND p."tag" = CASE WHEN t."tag" = '' THEN '@' || t."targetDigest" ELSE t."tag" END`;
    await settleJob(tx, jobId);
  });
}

function findTargetDigest(verdict: Verdict): string | null {
  switch (verdict.state) {
    case "missing":
      return null;
    case "different":
      return verdict.targetDigest;
    case "same":
    case "damaged":
      return verdict.rootDigest;
  }
}

function explainVerdict(verdict: Verdict, place: ComparedPlace): AppError | null {
  const image = { side: "target", ...place } as const;
  switch (verdict.state) {
    case "same":
      return null;
    case "missing":
      return new AppError("image-missing", image);
    case "different":
      return new AppError("image-different", image);
    case "damaged": {
      const { digest } = verdict.cause.facts;
      return new AppError("image-damaged", { ...image, ...(digest && { digest }) }, { cause: verdict.cause });
    }
  }
}
