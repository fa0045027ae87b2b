import "server-only";
import type { Prisma } from "#lib/db/generated/client.ts";
import type { NotificationKind } from "#lib/db/generated/enums.ts";
import type { ChangeTransaction } from "#lib/db/with-change.ts";
import { openQueue } from "#lib/queue/enqueue.ts";
import type { NotificationFacts } from "#lib/schemas/notifications.ts";
import { formatStorableJson } from "#lib/storable-text.ts";

/** Channels that one event goes to; nobody has as many. */
const maxChannels = 200;

export interface Announcement<K extends keyof NotificationFacts> {
  kind: K;
  /** Whose it is; null: the provider's. */
  organizationId: string | null;
  /** What has been announced under the same key is not announced again. */
  dedupeKey: string;
  /** Asked for only where somebody wants to know. */
  facts: () => NotificationFacts[K] | Promise<NotificationFacts[K]>;
}

/**
 * Tells the channels that want to know. Called in the transaction that makes it true, so that neither stands without the
 * other; where no channel listens, nothing is kept.
 */
export async function announce<K extends keyof NotificationFacts>(
  tx: ChangeTransaction,
  { kind, organizationId, dedupeKey, facts }: Announcement<K>,
): Promise<void> {
  const channels = await tx.notificationChannel.findMany({
    where: listening(kind, organizationId),
    orderBy: { createdAt: "asc" },
    take: maxChannels,
    select: { id: true },
  });
  if (channels.length === 0) return;
  const [notification] = await tx.notification.createManyAndReturn({
    data: [{ kind, organizationId, dedupeKey, facts: storable(await facts()) }],
    skipDuplicates: true,
    select: { id: true },
  });
  if (!notification) return;
  const deliveries = await tx.notificationDelivery.createManyAndReturn({
    data: channels.map(({ id }) => ({ notificationId: notification.id, channelId: id })),
    select: { id: true, attempt: true, giveUpAfter: true },
  });
  // Its queues are made on a connection of their own, if they are not there yet, so this may stand inside.
  const enqueue = await openQueue();
  const messages = deliveries.map(({ id, ...series }) => ({ deliveryId: id, ...series }));
  await enqueue(tx, "deliverNotification", messages);
}

export function storable(facts: object): Prisma.InputJsonObject {
  return JSON.parse(formatStorableJson(facts)) as Prisma.InputJsonObject;
}

function listening(
  kind: NotificationKind,
  organizationId: string | null,
): Prisma.NotificationChannelWhereInput {
  return {
    events: { has: kind },
    pausedAt: null,
    stoppedAt: null,
    OR: [
      { onlyOrganizationId: null },
      ...(organizationId === null ? [] : [{ onlyOrganizationId: organizationId }]),
    ],
  };
}
