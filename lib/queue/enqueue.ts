import "server-only";
import { fromPrisma, PgBoss } from "pg-boss";
import type { Prisma } from "#lib/db/generated/client.ts";
import { type ContractName, contracts, formatQueueName, type Payload } from "./contracts.ts";
import { installQueue, installQueues, queueSchema } from "./install.ts";

/** Sends messages within the transaction that makes them true; nobody takes them before `startAfter`. */
export type Enqueue = <N extends ContractName>(
  tx: Prisma.TransactionClient,
  name: N,
  payloads: readonly Payload<N>[],
  startAfter?: Date,
) => Promise<void>;

// Well below what one statement may carry.
const batchSize = 1000;

/**
 * What sends messages. Awaited before the transaction is opened, since the queues may have to be made first. A message
 * whose key already waits or runs is left out.
 */
export async function openQueue(): Promise<Enqueue> {
  await installQueues();
  return async (tx, name, payloads, startAfter) => {
    // Never started: it has no timers, and no connection but the transaction's. A second one could not be had while as many
    // transactions as there are connections wait for this one.
    const db = fromPrisma(tx);
    const boss = new PgBoss({ db, schema: queueSchema });
    const contract = contracts[name];
    const queues = Map.groupBy(payloads, (payload) => formatQueueName(contract, contract.part?.(payload)));
    for (const [queue, messages] of queues) {
      if (contract.part) await installQueue(queue, contract.options);
      for (let start = 0; start < messages.length; start += batchSize) {
        const batch = messages.slice(start, start + batchSize);
        await boss.insert(
          queue,
          batch.map((data) => ({
            data,
            singletonKey: contract.key(data),
            ...(startAfter && { startAfter }),
          })),
          { db },
        );
      }
    }
  };
}
