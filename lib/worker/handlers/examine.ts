import "server-only";
import { hostname } from "node:os";
import { type JobOrigin, systemAccess } from "#lib/auth/system-access.ts";
import { writeDb } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { DoctorState } from "#lib/db/generated/enums.ts";
import { type Finding, type FindingSeverity, worstOf } from "#lib/domain/doctor/finding.ts";
import { logger } from "#lib/logger.ts";
import { type Delivery, HandedBack } from "#lib/queue/consume.ts";
import type { Payload } from "#lib/queue/contracts.ts";
import { examineRun } from "#lib/services/doctor/examine-run.ts";
import { formatStorableJson } from "#lib/storable-text.ts";
import type { WorkerContext } from "../worker-context.ts";

/** Of all findings of a run: each is bounded, and so are the steps, so that no run comes near. */
const maxFindingsBytes = 1_048_576;
/** A run that has cost so many workers is given up. */
const maxReturns = 3;
/** A walk ends by itself well before: whoever has claimed a run for longer is lost. */
const lostAfterSeconds = 300;

/** Examines a registry, and writes down what is seen as it is seen. */
export async function examine(
  { shutdown }: WorkerContext,
  { runId }: Payload<"examine">,
  { returns, signal }: Delivery,
): Promise<void> {
  const claim = await claimRun(runId, returns > 0);
  if (claim === null) return;
  if (returns > maxReturns) return endRun(claim, DoctorState.failed);
  const ended = new AbortController();
  const { host } = claim;
  try {
    const access = systemAccess(originOf(claim), "doctor.run");
    const findings: Finding[] = [];
    let sizeBytes = 0;
    const either = AbortSignal.any([shutdown, signal, ended.signal]);
    for await (const finding of examineRun(access, claim, either)) {
      findings.push(finding);
      const added = formatStorableJson([finding]);
      sizeBytes += Buffer.byteLength(added);
      if (sizeBytes > maxFindingsBytes) throw new Error("more was seen than a run may hold");
      // Nobody waits for what follows: the run was deleted, or another worker has it.
      if (!(await appendFinding(claim, added, worstOf(findings)))) return;
    }
    await endRun(claim, DoctorState.finished);
    logger.info({ host, worst: worstOf(findings), findings: findings.length }, "a registry was examined");
  } catch (error) {
    // Another worker begins it again.
    if (shutdown.aborted || signal.aborted) throw new HandedBack();
    logger.warn({ err: error, host }, "an examination could not be carried to its end");
    await endRun(claim, DoctorState.failed);
  } finally {
    ended.abort();
  }
}

const claimFields = {
  id: true,
  host: true,
  basePath: true,
  question: true,
  startedAt: true,
  createdBy: { select: { id: true, username: true, role: true } },
} satisfies Prisma.DoctorRunSelect;

type Claim = Prisma.DoctorRunGetPayload<{ select: typeof claimFields }>;

/**
 * Takes the run, from its beginning. Null when it is gone or done with, or somebody else is at it: its message may have
 * been sent again while it was on its way.
 */
async function claimRun(runId: string, isReturned: boolean): Promise<Claim | null> {
  // The time of the claim tells it from an earlier one: what that one still writes is not taken.
  const claimed = await writeDb.$executeRaw`
    UPDATE "DoctorRun"
       SET "state" = 'running', "findings" = '[]', "worst" = NULL, "workerName" = ${hostname()},
           "startedAt" = greatest(clock_timestamp(), "startedAt" + interval '1 millisecond')
     WHERE "id" = ${runId}::uuid
       AND ("state" = 'queued'
            OR ("state" = 'running'
                AND (${isReturned} OR "startedAt" < now() - make_interval(secs => ${lostAfterSeconds}))))`;
  if (claimed === 0) return null;
  return writeDb.doctorRun.findUnique({ where: { id: runId }, select: claimFields });
}

/** @returns whether the run is still ours */
async function appendFinding(
  { id, startedAt }: Claim,
  added: string,
  worst: FindingSeverity,
): Promise<boolean> {
  const updated = await writeDb.$executeRaw`
    UPDATE "DoctorRun"
       SET "findings" = "findings" || ${added}::jsonb, "worst" = ${worst}::"FindingSeverity"
     WHERE "id" = ${id}::uuid AND "state" = 'running' AND "startedAt" = ${startedAt}`;
  return updated > 0;
}

async function endRun({ id, startedAt }: Claim, state: DoctorState): Promise<void> {
  await writeDb.doctorRun.updateMany({
    where: { id, state: DoctorState.running, startedAt },
    data: { state, finishedAt: new Date() },
  });
}

function originOf({ id, createdBy }: Claim): JobOrigin {
  return { id, organizationId: null, startedBy: createdBy };
}
