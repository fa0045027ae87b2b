import "server-only";
import { writeDb } from "#lib/db/client.ts";
import { DeliveryState } from "#lib/db/generated/enums.ts";
import type { Enqueue } from "#lib/queue/enqueue.ts";
import { inTransaction } from "../transaction.ts";

/** What was told is kept for so long, but not what is on its way. */
const keptDays = 90;
/** Of one round; the next one takes the others. */
const maxPerRound = 2_000;

const onItsWay = { in: [DeliveryState.queued, DeliveryState.sending, DeliveryState.retrying] };

/** Sends again what has lost its worker or its message, and forgets what is old. */
export async function keepDeliveries(enqueue: Enqueue): Promise<void> {
  await inTransaction(async (tx) => {
    // An attempt of which nothing was heard in time: nobody knows whether it arrived.
    await tx.$executeRaw`
      UPDATE "NotificationDelivery" SET "state" = 'retrying' WHERE "state" = 'sending' AND "nextAttemptAt" < now()`;
    const due = await tx.notificationDelivery.findMany({
      where: {
        state: { in: [DeliveryState.queued, DeliveryState.retrying] },
        nextAttemptAt: { lte: new Date() },
      },
      orderBy: { nextAttemptAt: "asc" },
      take: maxPerRound,
      select: { id: true, attempt: true, giveUpAfter: true },
    });
    const messages = due.map(({ id, ...series }) => ({ deliveryId: id, ...series }));
    await enqueue(tx, "deliverNotification", messages);
  });
  const before = new Date(Date.now() - keptDays * 24 * 3_600_000);
  await writeDb.notification.deleteMany({
    where: { createdAt: { lt: before }, deliveries: { none: { state: onItsWay } } },
  });
}
