import "server-only";
import { writeDb } from "#lib/db/client.ts";
import { logger } from "#lib/logger.ts";
import type { Delivery } from "#lib/queue/consume.ts";
import type { Payload } from "#lib/queue/contracts.ts";
import { openQueue } from "#lib/queue/enqueue.ts";
import { channelColumns, deliveryColumns } from "#lib/services/notifications/outcome-columns.ts";
import { sendDelivery, type SendResult } from "#lib/services/notifications/send-notification.ts";
import { stopChannel } from "#lib/services/notifications/stop-channel.ts";
import { storable } from "#lib/services/notifications/announce.ts";
import { inTransaction } from "../transaction.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
/** After each attempt that failed: over twelve hours in all. */
const waitsMs = [10 * second, minute, 5 * minute, 15 * minute, hour, 3 * hour, 8 * hour];
const longestWaitMs = 12 * hour;
/** For all of an attempt; a process that ends waits for it. */
const sendLimitMs = 14 * second;
/** An attempt of which nothing was heard for so long has lost its worker. */
const claimSeconds = 120;

/**
 * Sends a notification through a channel. It is at the receiver once unless a worker is lost between the receiver's answer
 * and what is written of it: then it comes again, under the same id.
 */
export async function deliverNotification(
  message: Payload<"deliverNotification">,
  { returns, signal }: Delivery,
): Promise<void> {
  const { deliveryId } = message;
  const claimed = await claim(message, returns > 0);
  if (claimed === null) return giveUpIdle(message);
  const result = await sendDelivery(deliveryId, { totalMs: sendLimitMs, signal });
  await record(deliveryId, claimed, result);
  if (result.ok) return;
  const { channelId, channelName } = claimed;
  logger.info({ channel: channelName, code: result.error.code, attempt: claimed.attempt }, "not delivered");
  if (result.after === "gone") await stopChannel(channelId, channelName, result.error);
}

interface Claim {
  attempt: number;
  giveUpAfter: number;
  channelId: string;
  channelName: string;
}

/** Takes the attempt; null when somebody else has, or it is not wanted any more. */
async function claim(
  { deliveryId, attempt, giveUpAfter }: Payload<"deliverNotification">,
  isReturned: boolean,
): Promise<Claim | null> {
  const [claimed] = await writeDb.$queryRaw<Claim[]>`
    UPDATE "NotificationDelivery" d
       SET "state" = 'sending', "attempt" = d."attempt" + 1,
           "nextAttemptAt" = now() + make_interval(secs => ${claimSeconds})
      FROM "NotificationChannel" c
     WHERE d."id" = ${deliveryId}::uuid AND d."giveUpAfter" = ${giveUpAfter} AND c."id" = d."channelId"
       AND c."pausedAt" IS NULL AND c."stoppedAt" IS NULL
       AND ((d."state" IN ('queued', 'retrying') AND d."attempt" = ${attempt})
            OR (d."state" = 'sending' AND ${isReturned} AND d."attempt" > ${attempt}))
    RETURNING d."attempt", d."giveUpAfter", c."id" AS "channelId", c."name" AS "channelName"`;
  return claimed ?? null;
}

/** What was being sent while its channel was paused, or stopped by itself, is not tried again once that goes on. */
async function giveUpIdle({ deliveryId, attempt }: Payload<"deliverNotification">): Promise<void> {
  await writeDb.$executeRaw`
    UPDATE "NotificationDelivery" d
       SET "state" = 'failed', "nextAttemptAt" = NULL, "finishedAt" = now(), "errorCode" = 'channel-idle',
           "errorFacts" = jsonb_build_object('name', c."name")
      FROM "NotificationChannel" c
     WHERE d."id" = ${deliveryId}::uuid AND c."id" = d."channelId" AND d."attempt" = ${attempt}
       AND d."state" IN ('queued', 'retrying') AND (c."pausedAt" IS NOT NULL OR c."stoppedAt" IS NOT NULL)`;
}

/** A write of an attempt that was taken for lost changes nothing. */
async function record(deliveryId: string, claimed: Claim, result: SendResult): Promise<void> {
  const { attempt, giveUpAfter, channelId } = claimed;
  const enqueue = await openQueue();
  await inTransaction(async (tx) => {
    const own = { id: deliveryId, attempt, state: "sending" as const };
    const isOver = result.ok || result.after !== "again" || attempt >= giveUpAfter;
    if (isOver) {
      const { count } = await tx.notificationDelivery.updateMany({
        where: own,
        data: deliveryColumns(result),
      });
      if (count === 0) return;
    } else {
      const nextAttemptAt = new Date(
        Date.now() + waitFor(attempt - (giveUpAfter - waitsMs.length - 1), result),
      );
      const { count } = await tx.notificationDelivery.updateMany({
        where: own,
        data: {
          ...{ state: "retrying", nextAttemptAt },
          ...{ errorCode: result.error.code, errorFacts: storable(result.error.facts) },
        },
      });
      if (count === 0) return;
      await enqueue(tx, "deliverNotification", [{ deliveryId, attempt, giveUpAfter }], nextAttemptAt);
    }
    await tx.notificationChannel.updateMany({ where: { id: channelId }, data: channelColumns(result) });
  });
}

/** @param failed attempts of the present series */
function waitFor(failed: number, { retryAfterMs }: Extract<SendResult, { ok: false }>): number {
  const waitMs = waitsMs[Math.min(Math.max(failed, 1), waitsMs.length) - 1] ?? longestWaitMs;
  const jitter = 1 + Math.random() / 10;
  return Math.min(Math.max(waitMs * jitter, retryAfterMs ?? 0), longestWaitMs);
}
