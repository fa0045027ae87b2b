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
  const beat = async () => {
    const heartbeatAt = new Date();
    await writeDb.worker.upsert({
      where: { id },
      create: { id, ...about, hostname: hostname(), pid: process.pid, heartbeatAt },
      update: { heartbeatAt },
    });
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
