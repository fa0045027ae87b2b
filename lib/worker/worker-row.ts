import "server-only";
import { hostname } from "node:os";
import { writeDb } from "#lib/db/client.ts";
import { logger } from "#lib/logger.ts";

const intervalMs = 5_000;

export interface WorkerRow {
  stop(): Promise<void>;
}

/** Shows that this process lives: a row whose time is renewed every five seconds. `onBeat` is called each time. */
export async function keepWorkerRow(
  id: string,
  about: { version: string; concurrency: number },
  onBeat: () => void,
): Promise<WorkerRow> {
  const { version, concurrency } = about;
  const beat = async () => {
    // By the database's clock: the hosts' own may differ.
    await writeDb.$executeRaw`
      INSERT INTO "Worker" ("id", "hostname", "pid", "version", "concurrency")
      VALUES (${id}::uuid, ${hostname()}, ${process.pid}, ${version}, ${concurrency})
      ON CONFLICT ("id") DO UPDATE SET "heartbeatAt" = now()`;
  };
  await beat();
  const timer = setInterval(() => {
    beat().catch((error: unknown) => logger.warn({ err: error }, "the worker could not show that it lives"));
    onBeat();
  }, intervalMs);
  return {
    async stop() {
      clearInterval(timer);
      await writeDb.worker.updateMany({ where: { id }, data: { stoppedAt: new Date() } });
    },
  };
}
