import "server-only";
import { PgBoss } from "pg-boss";
import { getDatabaseUrl, withSessionOptions } from "#lib/db/client.ts";
import { logger } from "#lib/logger.ts";
import { contracts, type QueueOptions } from "./contracts.ts";

export const queueSchema = "pgboss";

const installed = new Map<string, Promise<void>>();

/** Makes or updates the queue's own tables and the queues that all workers take from; once per process and database. */
export function installQueues(): Promise<void> {
  const shared = Object.values(contracts).filter(({ part }) => part === undefined);
  return installOnce(
    "shared",
    shared.map(({ name, options }) => ({ name, options })),
  );
}

/** Makes or updates a queue that only some workers take from; once per process and database. */
export function installQueue(name: string, options: QueueOptions): Promise<void> {
  return installOnce(name, [{ name, options }]);
}

function installOnce(what: string, queues: readonly Queue[]): Promise<void> {
  const url = getDatabaseUrl();
  const key = `${what} ${url}`;
  const running = installed.get(key) ?? install(url, queues);
  installed.set(key, running);
  // A database that was away is asked again.
  running.catch(() => installed.delete(key));
  return running;
}

interface Queue {
  name: string;
  options: QueueOptions;
}

async function install(url: string, queues: readonly Queue[]): Promise<void> {
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
    for (const { name, options } of queues) {
      await boss.createQueue(name, options);
      const { policy: _fixed, ...changeable } = options;
      await boss.updateQueue(name, changeable);
    }
  } finally {
    await boss.stop({ graceful: false });
  }
}
