import "server-only";
import { randomUUID } from "node:crypto";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { DeliveryState, NotificationKind } from "#lib/db/generated/enums.ts";
import { type Change, withChange } from "#lib/db/with-change.ts";
import { AppError } from "#lib/errors.ts";
import { openQueue } from "#lib/queue/enqueue.ts";
import type { ChannelTestResult } from "#lib/schemas/notifications.ts";
import { storable } from "./announce.ts";
import { channelColumns, deliveryColumns } from "./outcome-columns.ts";
import { channelFields, sendNotification } from "./send-notification.ts";

/** A person waits for it. */
const testLimitMs = 20_000;
/** What a person asks for is tried as often as what happens. */
const attemptsAnew = 8;

/**
 * Sends a test through a channel, at once and whatever state it is in, and keeps what came of it.
 *
 * @throws AppError `not-found`
 */
export async function testChannel(
  access: Access<"notification.write">,
  channelId: string,
): Promise<ChannelTestResult> {
  const channel = await db.notificationChannel.findUnique({
    where: { id: channelId },
    select: channelFields,
  });
  if (!channel) throw new AppError("not-found", { what: "notification-channel" });
  const notification = {
    ...{ id: randomUUID(), kind: NotificationKind.test, createdAt: new Date() },
    facts: storable({ by: access.actor.name }),
  };
  const sent = { notification: { ...notification, organization: null }, channel };
  const result = await sendNotification(sent, { totalMs: testLimitMs });
  const change: Change = {
    action: "notification-channel.test",
    objectId: channelId,
    objectName: channel.name,
  };
  await withChange(access, change, async (tx, audit) => {
    audit.after({ errorCode: result.ok ? null : result.error.code });
    const { count } = await tx.notificationChannel.updateMany({
      where: { id: channelId },
      data: channelColumns(result),
    });
    if (count === 0) throw new AppError("not-found", { what: "notification-channel" });
    await tx.notification.create({
      data: {
        ...{ ...notification, dedupeKey: `test:${notification.id}` },
        deliveries: { create: { channelId, attempt: 1, ...deliveryColumns(result) } },
      },
    });
  });
  return result.ok ? result : { ok: false, error: result.error };
}

/**
 * Has a notification sent again, as often as a new one would be.
 *
 * @throws AppError `not-found`, `delivery-under-way`, `channel-idle`
 */
export async function resendNotification(
  access: Access<"notification.write">,
  deliveryId: string,
): Promise<void> {
  const delivery = await db.notificationDelivery.findUnique({
    where: { id: deliveryId },
    select: { channelId: true, channel: { select: { name: true } } },
  });
  if (!delivery) throw new AppError("not-found", { what: "notification" });
  const { channelId, channel } = delivery;
  const change: Change = {
    action: "notification-channel.resend",
    objectId: channelId,
    objectName: channel.name,
  };
  const enqueue = await openQueue();
  await withChange(access, change, async (tx) => {
    const target = await tx.notificationChannel.findUnique({
      where: { id: channelId },
      select: { name: true, pausedAt: true, stoppedAt: true },
    });
    if (!target) throw new AppError("not-found", { what: "notification-channel" });
    if (target.pausedAt !== null || target.stoppedAt !== null) {
      throw new AppError("channel-idle", { name: target.name });
    }
    const [changed] = await tx.$queryRaw<{ attempt: number; giveUpAfter: number }[]>`
      UPDATE "NotificationDelivery"
         SET "state" = 'queued', "nextAttemptAt" = now(), "finishedAt" = NULL, "latencyMs" = NULL,
             "giveUpAfter" = "attempt" + ${attemptsAnew}
       WHERE "id" = ${deliveryId}::uuid
         AND "state" IN (${DeliveryState.failed}::"DeliveryState", ${DeliveryState.delivered}::"DeliveryState")
      RETURNING "attempt", "giveUpAfter"`;
    if (!changed) throw new AppError("delivery-under-way", {});
    await enqueue(tx, "deliverNotification", [{ deliveryId, ...changed }]);
  });
}
