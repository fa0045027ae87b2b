import "server-only";
import { hostname } from "node:os";
import { writeDb } from "#lib/db/client.ts";
import { logger } from "#lib/logger.ts";
import { silenceSeconds } from "#lib/services/bundles/live-holders.ts";

const intervalMs = 5_000;

export interface WorkerRow {
  stop(): Promise<void>;
}

/**
 * Shows that this process lives: a row whose time is renewed every five seconds.
 *
 * @param onBeat called each time, with how many workers are alive, or null when the database could not be asked
 */
export async function keepWorkerRow(
  id: string,
  about: { version: string; concurrency: number },
  onBeat: (liveWorkers: number | null) => void,
): Promise<WorkerRow> {
  const { version, concurrency } = about;
  const beat = async () => {
    // By the database's clock: the hosts' own may differ.
    await writeDb.$executeRaw`
      INSERT INTO "Worker" ("id", "hostname", "pid", "version", "concurrency")
      VALUES (${id}::uuid, ${hostname()}, ${process.pid}, ${version}, ${concurrency})
      ON CONFLICT ("id") DO UPDATE SET "heartbeatAt" = now()`;
    const [live] = await writeDb.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS "count" FROM "Worker"
       WHERE "stoppedAt" IS NULL AND "heartbeatAt" > now() - make_interval(secs => ${silenceSeconds})`;
    return live?.count ?? null;
  };
  onBeat(await beat());
  const timer = setInterval(() => {
    const beaten = beat().catch((error: unknown) => {
      logger.warn({ err: error }, "the worker could not show that it lives");
      return null;
    });
    void beaten.then(onBeat);
  }, intervalMs);
  return {
    async stop() {
      clearInterval(timer);
      await writeDb.worker.updateMany({ where: { id }, data: { stoppedAt: new Date() } });
    },
  };
}
