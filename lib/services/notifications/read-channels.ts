import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { containsText } from "#lib/db/match-text.ts";
import { AppError, formatStoredError } from "#lib/errors.ts";
import { type Page, pageWindow } from "#lib/schemas/list-query.ts";
import {
  type ChannelDetail,
  type ChannelRow,
  type ChannelsQuery,
  type DeliveriesQuery,
  type DeliveryRow,
  readLocale,
} from "#lib/schemas/notifications.ts";

const rowFields = {
  id: true,
  name: true,
  kind: true,
  url: true,
  host: true,
  port: true,
  recipients: true,
  events: true,
  onlyOrganization: { select: { id: true, displayName: true } },
  pausedAt: true,
  stoppedAt: true,
  stopCode: true,
  stopFacts: true,
  lastAttemptAt: true,
  lastErrorCode: true,
  lastErrorFacts: true,
} satisfies Prisma.NotificationChannelSelect;

type RowFields = Prisma.NotificationChannelGetPayload<{ select: typeof rowFields }>;

export async function listChannels(
  _access: Access<"notification.read">,
  query: ChannelsQuery,
): Promise<Page<ChannelRow>> {
  const where: Prisma.NotificationChannelWhereInput = {
    ...(query.kind.length > 0 && { kind: { in: query.kind } }),
    ...(query.search !== "" && {
      OR: [
        { name: containsText(query.search) },
        { url: containsText(query.search) },
        { host: containsText(query.search) },
      ],
    }),
  };
  const orderBy: Prisma.NotificationChannelOrderByWithRelationInput =
    query.sort === "lastAttemptAt"
      ? { lastAttemptAt: { sort: query.order, nulls: "last" } }
      : { [query.sort]: query.order };
  const [rows, total] = await Promise.all([
    db.notificationChannel.findMany({
      where,
      orderBy: [orderBy, { id: "asc" }],
      select: rowFields,
      ...pageWindow(query),
    }),
    db.notificationChannel.count({ where }),
  ]);
  return { rows: rows.map(formatRow), total, page: query.page, pageSize: query.pageSize };
}

/** @throws AppError `not-found` */
export async function getChannel(_access: Access<"notification.read">, id: string): Promise<ChannelDetail> {
  const row = await db.notificationChannel.findUnique({
    where: { id },
    select: {
      ...rowFields,
      proxyUrl: true,
      security: true,
      username: true,
      passwordEncrypted: true,
      sender: true,
      caPem: true,
      locale: true,
      createdAt: true,
    },
  });
  if (!row) throw new AppError("not-found", { what: "notification-channel" });
  return {
    ...formatRow(row),
    locale: readLocale(row.locale),
    caPem: row.caPem ?? "",
    url: row.url ?? "",
    proxyUrl: row.proxyUrl ?? "",
    host: row.host ?? "",
    port: row.port,
    security: row.security ?? "starttls",
    username: row.username ?? "",
    sender: row.sender ?? "",
    hasPassword: row.passwordEncrypted !== null,
    createdAt: row.createdAt.toISOString(),
  };
}

/** What was sent through a channel, the latest first. @throws AppError `not-found` */
export async function listDeliveries(
  _access: Access<"notification.read">,
  channelId: string,
  query: DeliveriesQuery,
): Promise<Page<DeliveryRow>> {
  if ((await db.notificationChannel.count({ where: { id: channelId } })) === 0) {
    throw new AppError("not-found", { what: "notification-channel" });
  }
  const where: Prisma.NotificationDeliveryWhereInput = {
    channelId,
    ...(query.state.length > 0 && { state: { in: query.state } }),
    notification: {
      ...(query.kind.length > 0 && { kind: { in: query.kind } }),
      ...(query.search !== "" && { OR: matchingFacts(query.search) }),
    },
  };
  const [rows, total] = await Promise.all([
    db.notificationDelivery.findMany({
      where,
      orderBy: [{ createdAt: query.order }, { id: query.order }],
      select: deliveryFields,
      ...pageWindow(query),
    }),
    db.notificationDelivery.count({ where }),
  ]);
  return { rows: rows.map(formatDelivery), total, page: query.page, pageSize: query.pageSize };
}

/** By the number of a job, by the name of a schedule, by a place. */
function matchingFacts(typed: string): Prisma.NotificationWhereInput[] {
  const search = typed.replaceAll("\u0000", "");
  const number = Number(search.replace(/^#/, ""));
  return [
    ...(Number.isInteger(number) ? [{ facts: { path: ["job", "number"], equals: number } }] : []),
    { facts: { path: ["schedule", "name"], string_contains: search, mode: "insensitive" } },
    { facts: { path: ["target"], string_contains: search, mode: "insensitive" } },
    { facts: { path: ["subject"], string_contains: search, mode: "insensitive" } },
  ];
}

const deliveryFields = {
  id: true,
  state: true,
  attempt: true,
  nextAttemptAt: true,
  latencyMs: true,
  errorCode: true,
  errorFacts: true,
  createdAt: true,
  finishedAt: true,
  notification: {
    select: {
      id: true,
      kind: true,
      facts: true,
      organization: { select: { name: true, displayName: true } },
    },
  },
} satisfies Prisma.NotificationDeliverySelect;

function formatDelivery(
  row: Prisma.NotificationDeliveryGetPayload<{ select: typeof deliveryFields }>,
): DeliveryRow {
  const { id, kind, facts, organization } = row.notification;
  const isWaiting = row.state === "queued" || row.state === "retrying";
  return {
    id: row.id,
    notification: { id, kind, facts: facts as Record<string, unknown>, organization },
    state: row.state,
    attempt: row.attempt,
    nextAttemptAt: isWaiting ? (row.nextAttemptAt?.toISOString() ?? null) : null,
    latencyMs: row.latencyMs,
    error: formatStoredError(row.errorCode, row.errorFacts),
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}

function formatRow(row: RowFields): ChannelRow {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    address: row.url ?? `${row.host}:${row.port}`,
    recipients: row.recipients,
    events: row.events,
    organization: row.onlyOrganization,
    state: row.stoppedAt !== null ? "stopped" : row.pausedAt !== null ? "paused" : "active",
    stop: formatStoredError(row.stopCode, row.stopFacts),
    lastAttemptAt: row.lastAttemptAt?.toISOString() ?? null,
    lastError: formatStoredError(row.lastErrorCode, row.lastErrorFacts),
  };
}
