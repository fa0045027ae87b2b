import "server-only";
import { X509Certificate } from "node:crypto";
import type { AuditAction } from "#lib/audit-actions.ts";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { Prisma } from "#lib/db/generated/client.ts";
import { DeliveryState } from "#lib/db/generated/enums.ts";
import { type Change, type ChangeTransaction, withChange } from "#lib/db/with-change.ts";
import { AppError, fieldError } from "#lib/errors.ts";
import type { CreateChannelInput, UpdateChannelInput } from "#lib/schemas/notifications.ts";
import { secretColumns } from "./channel-secrets.ts";

const auditFields = {
  name: true,
  kind: true,
  url: true,
  proxyUrl: true,
  host: true,
  port: true,
  security: true,
  username: true,
  sender: true,
  recipients: true,
  caPem: true,
  events: true,
  onlyOrganizationId: true,
  locale: true,
  pausedAt: true,
  secretEncrypted: true,
  passwordEncrypted: true,
} satisfies Prisma.NotificationChannelSelect;

type AuditFields = Prisma.NotificationChannelGetPayload<{ select: typeof auditFields }>;

/** A channel that was saved. `secret` was made up and is told this once. */
export interface SavedChannel {
  id: string;
  secret: string | null;
}

const going = { stoppedAt: null, stopCode: null, stopFacts: Prisma.DbNull } as const;
const unsent = { lastAttemptAt: null, lastErrorCode: null, lastErrorFacts: Prisma.DbNull } as const;
const pending = { state: { in: [DeliveryState.queued, DeliveryState.retrying] } };

/** @throws AppError `invalid-input`, `name-taken` */
export async function createChannel(
  access: Access<"notification.write">,
  input: CreateChannelInput,
): Promise<SavedChannel> {
  const change: Change = { action: "notification-channel.create", objectName: input.name };
  return withChange(access, change, async (tx, audit) => {
    await assertUsable(tx, input, null);
    const { id } = await tx.notificationChannel.create({ data: columnsOf(input), select: { id: true } });
    audit.object(id, input.name);
    // The id is part of what a secret is bound to, so it must exist first.
    const { columns, made } = secretColumns(id, null, input);
    const row = await tx.notificationChannel.update({ where: { id }, data: columns, select: auditFields });
    audit.after(formatAudit(row));
    return { id, secret: made };
  });
}

/**
 * An empty secret keeps the stored one, as `secretColumns` allows. One that had stopped goes on, a paused one stays so.
 *
 * @throws AppError `not-found`, `invalid-input`, `name-taken`
 */
export async function updateChannel(
  access: Access<"notification.write">,
  { channelId: id, ...input }: UpdateChannelInput,
): Promise<SavedChannel> {
  const change: Change = { action: "notification-channel.update", objectId: id, objectName: input.name };
  return withChange(access, change, async (tx, audit) => {
    const before = await lockChannel(tx, id);
    audit.before(formatAudit(before));
    await assertUsable(tx, input, id);
    const stored = before.kind === input.kind ? { ...before, id } : null;
    const { columns, made } = secretColumns(id, stored, input);
    const after = await tx.notificationChannel.update({
      where: { id },
      data: { ...columnsOf(input), ...columns, ...going, ...unsent },
      select: auditFields,
    });
    const replaced = [after.secretEncrypted, after.passwordEncrypted].some(
      (each) => each !== null && each !== before.secretEncrypted && each !== before.passwordEncrypted,
    );
    audit.after({ ...formatAudit(after), ...(replaced && { authentication: "replaced" }) });
    return { id, secret: made };
  });
}

/** Its history goes with it. @throws AppError `not-found` */
export async function deleteChannel(access: Access<"notification.write">, id: string): Promise<void> {
  const change = await openChange(id, "notification-channel.delete");
  await withChange(access, change, async (tx, audit) => {
    const deleted = await tx.notificationChannel.delete({ where: { id }, select: auditFields });
    audit.before(formatAudit(deleted));
  });
}

/** What is on its way is given up, and what happens meanwhile is not made up for. @throws AppError `not-found` */
export async function pauseChannel(access: Access<"notification.write">, id: string): Promise<void> {
  const change = await openChange(id, "notification-channel.pause");
  await withChange(access, change, async (tx) => {
    const { name } = await lockChannel(tx, id);
    await tx.notificationChannel.update({ where: { id }, data: { pausedAt: new Date() } });
    await giveUpPending(tx, id, name);
  });
}

/** Also one that had stopped by itself. @throws AppError `not-found` */
export async function resumeChannel(access: Access<"notification.write">, id: string): Promise<void> {
  const change = await openChange(id, "notification-channel.resume");
  await withChange(access, change, async (tx) => {
    await lockChannel(tx, id);
    await tx.notificationChannel.update({ where: { id }, data: { ...going, pausedAt: null } });
  });
}

/** For a channel that takes nothing any more: a person may have it sent again later. */
export async function giveUpPending(tx: ChangeTransaction, channelId: string, name: string): Promise<void> {
  await tx.notificationDelivery.updateMany({
    where: { channelId, ...pending },
    data: {
      ...{ state: DeliveryState.failed, nextAttemptAt: null, finishedAt: new Date() },
      ...{ errorCode: "channel-idle", errorFacts: { name } },
    },
  });
}

async function openChange(id: string, action: AuditAction): Promise<Change> {
  const row = await db.notificationChannel.findUnique({ where: { id }, select: { name: true } });
  if (!row) throw new AppError("not-found", { what: "notification-channel" });
  return { action, objectId: id, objectName: row.name };
}

/** Whoever changes it at the same time waits. @throws AppError `not-found` */
async function lockChannel(tx: ChangeTransaction, id: string): Promise<AuditFields> {
  await tx.$queryRaw`SELECT 1 FROM "NotificationChannel" WHERE "id" = ${id}::uuid FOR NO KEY UPDATE`;
  const row = await tx.notificationChannel.findUnique({ where: { id }, select: auditFields });
  if (!row) throw new AppError("not-found", { what: "notification-channel" });
  return row;
}

/** A channel as the audit trail keeps it: whether a secret is stored, never which. */
function formatAudit({ secretEncrypted, passwordEncrypted, ...row }: AuditFields): object {
  const isStored = secretEncrypted !== null || passwordEncrypted !== null;
  return { ...row, authentication: isStored ? "stored" : "none" };
}

function columnsOf(input: CreateChannelInput): Prisma.NotificationChannelUncheckedCreateInput {
  const { name, kind, events, onlyOrganizationId, locale } = input;
  const orNull = (text: string) => (text === "" ? null : text);
  const common = { name, kind, events, onlyOrganizationId, locale, caPem: orNull(input.caPem) };
  if (input.kind === "webhook") {
    const none = { host: null, port: null, security: null, username: null, sender: null, recipients: [] };
    return { ...common, ...none, url: input.url, proxyUrl: orNull(input.proxyUrl) };
  }
  const { host, port, security, username, sender, recipients } = input;
  const mail = { host, port, security, username: orNull(username), sender, recipients };
  return { ...common, ...mail, url: null, proxyUrl: null };
}

async function assertUsable(
  tx: ChangeTransaction,
  { name, caPem, onlyOrganizationId }: CreateChannelInput,
  id: string | null,
): Promise<void> {
  for (const [certificate] of caPem.matchAll(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)) {
    try {
      new X509Certificate(certificate);
    } catch (cause) {
      throw fieldError("caPem", "pem-format", { cause });
    }
  }
  if (onlyOrganizationId !== null) {
    const count = await tx.organization.count({ where: { id: onlyOrganizationId } });
    if (count === 0) throw fieldError("onlyOrganizationId", "invalid");
  }
  const others = { name, ...(id !== null && { NOT: { id } }) };
  if ((await tx.notificationChannel.count({ where: others })) > 0) {
    throw new AppError("name-taken", { what: "notification-channel", name });
  }
}
