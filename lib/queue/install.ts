import "server-only";
import { PgBoss } from "pg-boss";
import { getDatabaseUrl, withSessionOptions } from "#lib/db/client.ts";
import { logger } from "#lib/logger.ts";
import { contracts } from "./contracts.ts";

export const queueSchema = "pgboss";

const installed = new Map<string, Promise<void>>();

/** Makes or updates the queue's own tables and the queues; once per process and database. */
export function installQueues(): Promise<void> {
  const url = getDatabaseUrl();
  const running = installed.get(url) ?? install(url);
  installed.set(url, running);
  // A database that was away is asked again.
  running.catch(() => installed.delete(url));
  return running;
}

async function install(url: string): Promise<void> {
  const boss = new PgBoss({
    connectionString: withSessionOptions(url),
    application_name: "drayage-queue",
    schema: queueSchema,
    max: 1,
    supervise: false,
    schedule: false,
  });
  boss.on("error", (error) => logger.warn({ err: error }, "queue"));
  try {
    await boss.start();
    for (const { name, options } of Object.values(contracts)) {
      await boss.createQueue(name, options);
      const { policy: _fixed, ...changeable } = options;
      await boss.updateQueue(name, changeable);
    }
  } finally {
    await boss.stop({ graceful: false });
  }
}
