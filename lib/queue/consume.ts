import "server-only";
import { type JobWithMetadata, PgBoss } from "pg-boss";
import { getDatabaseUrl, withSessionOptions } from "#lib/db/client.ts";
import { logger } from "#lib/logger.ts";
import { type ContractName, contracts, formatQueueName, type Payload } from "./contracts.ts";
import { installQueue, installQueues, queueSchema } from "./install.ts";

// A worker is lost when it has not been heard for ten seconds (the shortest that pg-boss allows); this often the queue
// looks for such, and this often an idle worker looks for what was handed back. So a lost task is taken up again
// within 16 seconds.
const lostCheckSeconds = 3;
const pollSeconds = 3;
const stopTimeoutMs = 15_000;

export interface Delivery {
  /** How often the message was handed out before: its worker was lost, or ended. */
  returns: number;
  /** Fired when the queue takes the message back. */
  signal: AbortSignal;
}

/** Gives a message back to the queue, for another worker. */
export class HandedBack extends Error {
  override readonly name = "HandedBack";
}

/** Resolves when the message is done with, however the work ended; whatever else it throws brings the message back. */
type Handler<N extends ContractName> = (payload: Payload<N>, delivery: Delivery) => Promise<void>;

export type Handlers = {
  [N in ContractName]: { atOnce: number; every?: string; handle: Handler<N> };
};

export interface Consumer {
  /** Takes messages of a store's bundles from now on. */
  takeStore(storeId: string): Promise<void>;
  /** Takes no more of them; what is at work goes on. */
  leaveStore(storeId: string): Promise<void>;
  /** Takes no more messages; resolves when those at work have been finished or handed back. */
  stop(): Promise<void>;
}

/** Takes messages of all queues. `every` is a cron line by which the queue sends one itself. */
export async function consume(handlers: Handlers): Promise<Consumer> {
  await installQueues();
  const boss = new PgBoss({
    connectionString: withSessionOptions(getDatabaseUrl()),
    application_name: "drayage-queue",
    schema: queueSchema,
    max: 4,
    useListenNotify: true,
    superviseIntervalSeconds: lostCheckSeconds,
    // Shorter, or a look that comes a moment early is left out.
    monitorIntervalSeconds: lostCheckSeconds - 1,
  });
  boss.on("error", (error) => logger.warn({ err: error }, "queue"));
  boss.on("warning", ({ message, data }) => logger.warn({ data }, message));
  await boss.start();
  await consumeQueue(boss, "planJob", handlers.planJob);
  await consumeQueue(boss, "prepareTarget", handlers.prepareTarget);
  await consumeQueue(boss, "copyTask", handlers.copyTask);
  await consumeQueue(boss, "probeRegistries", handlers.probeRegistries);
  await consumeQueue(boss, "keepHouse", handlers.keepHouse);
  await consumeQueue(boss, "runSchedules", handlers.runSchedules);
  await consumeQueue(boss, "deliverNotification", handlers.deliverNotification);
  await consumeQueue(boss, "endOverlaps", handlers.endOverlaps);
  await consumeQueue(boss, "checkCertificates", handlers.checkCertificates);
  await consumeQueue(boss, "examine", handlers.examine);
  const queueOf = (storeId: string) => formatQueueName(contracts.bundleWork, storeId);
  return {
    async takeStore(storeId) {
      await installQueue(queueOf(storeId), contracts.bundleWork.options);
      await consumeQueue(boss, "bundleWork", handlers.bundleWork, storeId);
    },
    leaveStore: (storeId) => boss.offWork(queueOf(storeId), { wait: false }),
    stop: () => boss.stop({ graceful: true, timeout: stopTimeoutMs }),
  };
}

async function consumeQueue<N extends ContractName>(
  boss: PgBoss,
  name: N,
  { atOnce, every, handle }: Handlers[N],
  part?: string,
): Promise<void> {
  const { payload, key } = contracts[name];
  const queue = formatQueueName(contracts[name], part);
  for (let each = 0; each < atOnce; each++) {
    // A loop of its own for each place, woken when it is done: else it would rest before it takes the next message.
    const loop: { id?: string } = {};
    const onMessage = async (message: JobWithMetadata<unknown>) => {
      const parsed = payload.safeParse(message.data);
      try {
        if (!parsed.success) {
          logger.warn(
            { queue, id: message.id, err: parsed.error },
            "a message that is not understood was dropped",
          );
          return;
        }
        await handle(parsed.data, { returns: message.retryCount, signal: message.signal });
      } catch (error) {
        if (!(error instanceof HandedBack))
          logger.warn({ queue, id: message.id, err: error }, "a message failed");
        throw error;
      } finally {
        if (loop.id !== undefined) boss.notifyWorker(loop.id);
      }
    };
    loop.id = await boss.work(
      queue,
      {
        includeMetadata: true,
        pollingIntervalSeconds: pollSeconds,
        notifyPollingIntervalSeconds: pollSeconds,
      },
      async ([message]: JobWithMetadata<unknown>[]) => {
        if (message) await onMessage(message);
      },
    );
  }
  if (every === undefined) return;
  await boss.schedule(queue, every, {}, { singletonKey: key({} as Payload<N>) });
  // And once now: nobody should wait for the hour to strike.
  await boss.send(queue, {}, { singletonKey: key({} as Payload<N>) });
}
