import "server-only";
import { writeDb } from "#lib/db/client.ts";
import { DoctorState } from "#lib/db/generated/enums.ts";
import type { Enqueue } from "#lib/queue/enqueue.ts";
import { inTransaction } from "./transaction.ts";

/** What was found is kept for so long, and the newest for ever. */
const keptDays = 90;
const keptAtLeast = 200;
/** A run that is not at its end by then is told failed, whatever became of its workers and messages. */
const longestHours = 24;
/** Of one round; the next one takes the others. */
const maxPerRound = 1_000;

/** Sends examinations again that have lost their message, ends those that never end, and forgets the old ones. */
export async function keepExaminations(enqueue: Enqueue): Promise<void> {
  const going = { state: { in: [DoctorState.queued, DoctorState.running] } };
  const oldest = new Date(Date.now() - longestHours * 3_600_000);
  await writeDb.doctorRun.updateMany({
    where: { ...going, createdAt: { lt: oldest } },
    data: { state: DoctorState.failed, finishedAt: new Date() },
  });
  await inTransaction(async (tx) => {
    const runs = await tx.doctorRun.findMany({
      where: going,
      orderBy: { createdAt: "asc" },
      take: maxPerRound,
      select: { id: true },
    });
    await enqueue(
      tx,
      "examine",
      runs.map(({ id: runId }) => ({ runId })),
    );
  });
  await writeDb.$executeRaw`
    DELETE FROM "DoctorRun"
     WHERE "createdAt" < now() - make_interval(days => ${keptDays})
       AND "id" NOT IN (SELECT "id" FROM "DoctorRun" ORDER BY "createdAt" DESC, "id" DESC LIMIT ${keptAtLeast})`;
}
