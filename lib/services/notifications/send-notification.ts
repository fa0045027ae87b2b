import "server-only";
import { db } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import type { NotificationKind } from "#lib/db/generated/enums.ts";
import { env } from "#lib/env.ts";
import { errorView } from "#lib/error-view.ts";
import { AppError, type ErrorView } from "#lib/errors.ts";
import { writeChannelText } from "#lib/notifications/channel-text.ts";
import { sendMail } from "#lib/notifications/send-mail.ts";
import { type Refusal, type SendLimits, sendWebhook } from "#lib/notifications/send-webhook.ts";
import { formatWebhookBody } from "#lib/notifications/webhook-body.ts";
import { findNotificationPath, type NotificationView, readLocale } from "#lib/schemas/notifications.ts";
import { decryptChannel } from "./channel-secrets.ts";

/** What came of an attempt. */
export type SendResult =
  /** `note`: what was wrong all the same. */
  | { ok: true; latencyMs: number; note: ErrorView | null }
  /** `gone`: neither this nor anything else will be taken there. */
  | { ok: false; error: ErrorView; after: "again" | "give-up" | "gone"; retryAfterMs: number | null };

/** What is sent through a channel. */
export const channelFields = {
  id: true,
  name: true,
  kind: true,
  url: true,
  secretEncrypted: true,
  proxyUrl: true,
  host: true,
  port: true,
  security: true,
  username: true,
  passwordEncrypted: true,
  sender: true,
  recipients: true,
  caPem: true,
  locale: true,
} satisfies Prisma.NotificationChannelSelect;

type Channel = Prisma.NotificationChannelGetPayload<{ select: typeof channelFields }>;

interface Sent {
  notification: {
    id: string;
    kind: NotificationKind;
    facts: unknown;
    createdAt: Date;
    organization: NotificationView["organization"];
  };
  channel: Channel;
}

/** Sends what a delivery is about, once; writes nothing. */
export async function sendDelivery(deliveryId: string, limits: SendLimits): Promise<SendResult> {
  const delivery = await db.notificationDelivery.findUniqueOrThrow({
    where: { id: deliveryId },
    select: {
      notification: {
        select: {
          id: true,
          kind: true,
          facts: true,
          createdAt: true,
          organization: { select: { name: true, displayName: true } },
        },
      },
      channel: { select: channelFields },
    },
  });
  return sendNotification(delivery, limits);
}

/** @throws whatever ended it when the signal of the limits fired: nobody knows what came of it */
export async function sendNotification(sent: Sent, limits: SendLimits): Promise<SendResult> {
  const startedAt = performance.now();
  try {
    const note = await send(sent, limits);
    const latencyMs = Math.round(performance.now() - startedAt);
    return { ok: true, latencyMs, note: note && errorView(note) };
  } catch (error) {
    if (limits.signal?.aborted) throw error;
    return { ok: false, error: errorView(error), ...weigh(error) };
  }
}

async function send({ notification, channel }: Sent, limits: SendLimits): Promise<AppError | null> {
  const { secret, password } = decryptChannel(channel);
  const view: NotificationView = {
    kind: notification.kind,
    facts: notification.facts as Record<string, unknown>,
    organization: notification.organization,
  };
  const link = findLink(view);
  const { id, createdAt: at } = notification;
  const locale = readLocale(channel.locale);
  const { title, text } = await writeChannelText(view, { name: channel.name, locale }, link);
  const { url, host, port, sender, caPem } = channel;
  if (url !== null && secret !== null) {
    const body = formatWebhookBody({ ...view, id, at, summary: title, link });
    await sendWebhook(
      { url, secret, caPem, proxyUrl: channel.proxyUrl },
      { id, event: view.kind, body },
      limits,
    );
    return null;
  }
  if (host === null || port === null || sender === null) {
    throw new AppError("not-found", { what: "notification-channel" });
  }
  const { username, recipients } = channel;
  const credentials = username !== null && password !== null ? { username, password } : null;
  return sendMail(
    { host, port, security: channel.security ?? "starttls", caPem, credentials },
    { id, sender, recipients, subject: title, text, at },
    limits,
  );
}

/** What is worth trying again: all that may pass, and what a person may mend within hours. */
function weigh(error: unknown): { after: "again" | "give-up" | "gone"; retryAfterMs: number | null } {
  const retryAfterMs = error instanceof AppError && isRefusal(error.cause) ? error.cause.retryAfterMs : null;
  if (!(error instanceof AppError)) return { after: "again", retryAfterMs };
  if (error.code === "secret-unreadable") return { after: "gone", retryAfterMs };
  const facts = error.facts as { reason?: string; status?: number };
  if (error.code === "webhook-refused" && facts.reason === "gone") return { after: "gone", retryAfterMs };
  // RFC 5321 section 4.2.1: a server that answers so says that asking again is of no use; signing in again and again with
  // a wrong password may even lock the account.
  const isPermanent = error.code === "mail-refused" && (facts.status ?? 0) >= 500;
  return { after: isPermanent ? "give-up" : "again", retryAfterMs };
}

function isRefusal(cause: unknown): cause is Refusal {
  return typeof cause === "object" && cause !== null && "retryAfterMs" in cause;
}

/** The page of the panel that tells more. */
function findLink({ kind, facts }: NotificationView): string | null {
  const path = kind === "test" ? "/notifications" : findNotificationPath(kind, facts);
  return path === null ? null : `${env.PUBLIC_URL}${path}`;
}
