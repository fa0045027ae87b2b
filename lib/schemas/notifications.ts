import { z } from "zod";
import {
  ChannelKind,
  DeliveryState,
  type JobKind,
  MailSecurity,
  NotificationKind,
  type ScheduleKind,
  type TrustList,
} from "#lib/db/generated/enums.ts";
import type { ErrorView, InputErrorCode } from "#lib/errors.ts";
import { type Locale, locales, parseLocale } from "#lib/i18n/locales.ts";
import { anyOf } from "./any-of.ts";
import { checkedBy, textLine } from "./checked-text.ts";
import { listQuery } from "./list-query.ts";
import { certificates } from "./registries.ts";
import { proxyProblem } from "./registry-extras.ts";

const maxRecipients = 20;
const minSecretLength = 16;

/** What a channel can be told of; a test comes unasked. */
export const channelEvents = [
  NotificationKind.job_failed,
  NotificationKind.job_finished,
  NotificationKind.drift_found,
  NotificationKind.schedule_skipped,
  NotificationKind.certificate_expiring,
] as const;

function urlProblem(text: string): InputErrorCode | null {
  if (text === "") return "required";
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === "") return "url-format";
  if (url.username !== "" || url.password !== "") return "url-has-credentials";
  return url.hash === "" ? null : "url-format";
}

/** One that wants a user name is no way for a webhook. */
function webhookProxyProblem(text: string): InputErrorCode | null {
  const problem = proxyProblem(text);
  return problem === "proxy-has-credentials" ? "url-has-credentials" : problem;
}

function secretProblem(text: string): InputErrorCode | null {
  if (text === "") return null;
  if (text.length < minSecretLength) return "secret-too-short";
  return /^[\x21-\x7e]+$/.test(text) ? null : "secret-format";
}

const hostLabels = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/i;

function mailHostProblem(text: string): InputErrorCode | null {
  if (text === "") return "required";
  if (text.includes("://")) return "host-has-scheme";
  return hostLabels.test(text) || /^\[[a-f0-9:]+\]$/i.test(text) ? null : "mail-host-format";
}

/** The addresses of the HTML standard: what is quoted or in another script is no way to reach an operator. */
const mailAddress = /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*$/i;

function senderProblem(text: string): InputErrorCode | null {
  if (text === "") return "required";
  return mailAddress.test(text) ? null : "mail-address-format";
}

function splitRecipients(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter((each) => each !== ""))];
}

function recipientsProblem(text: string): InputErrorCode | null {
  const recipients = splitRecipients(text);
  if (recipients.length === 0) return "required";
  if (recipients.length > maxRecipients) return "too-many-recipients";
  return recipients.every((each) => mailAddress.test(each)) ? null : "mail-address-format";
}

const common = {
  name: textLine(80).min(1, "required"),
  caPem: certificates.default(""),
  events: z
    .array(z.enum(channelEvents))
    .min(1, "events-needed")
    .max(channelEvents.length)
    .transform((events) => channelEvents.filter((each) => events.includes(each))),
  /** Told of this organization only; null: of all. */
  onlyOrganizationId: z.uuid().nullable().default(null),
  /** What it is written in. */
  locale: z.enum(locales),
};

const webhook = z.object({
  ...common,
  kind: z.literal(ChannelKind.webhook),
  url: z.string().trim().max(2000).transform(checkedBy(urlProblem)),
  /** Empty: the stored one; where there is none, one that is made up. */
  secret: z.string().trim().max(200).transform(checkedBy(secretProblem)).default(""),
  /** One is made up, whatever is stored. */
  newSecret: z.boolean().default(false),
  proxyUrl: z.string().trim().max(300).transform(checkedBy(webhookProxyProblem)).default(""),
});

const smtp = z.object({
  ...common,
  kind: z.literal(ChannelKind.smtp),
  host: z.string().trim().max(255).transform(checkedBy(mailHostProblem)),
  port: z.coerce
    .number({ error: "port-format" })
    .int("port-format")
    .min(1, "port-format")
    .max(65_535, "port-format"),
  security: z.enum(MailSecurity),
  username: textLine(255).default(""),
  /** Empty: the stored one, where there is one. */
  password: z.string().max(8192).default(""),
  sender: z.string().trim().max(254).transform(checkedBy(senderProblem)),
  /** Parted by commas, spaces or lines. */
  recipients: z.string().max(6000).transform(checkedBy(recipientsProblem)).transform(splitRecipients),
});

interface Credentials {
  kind: ChannelKind;
  username?: string;
  password?: string;
}

function checkCredentials(input: Credentials, context: z.RefinementCtx): void {
  if (input.password && !input.username) {
    const message = "password-without-username" satisfies InputErrorCode;
    context.addIssue({ code: "custom", path: ["username"], message });
  }
}

/** The channel that an action is about. */
export const channelInput = z.object({ channelId: z.uuid() });
export const createChannelInput = z.discriminatedUnion("kind", [webhook, smtp]).superRefine(checkCredentials);
export const updateChannelInput = z
  .discriminatedUnion("kind", [webhook.extend(channelInput.shape), smtp.extend(channelInput.shape)])
  .superRefine(checkCredentials);
export const deliveryInput = z.object({ deliveryId: z.uuid() });
/** `/notifications/[channel]` */
export const channelParams = z.object({ channel: z.uuid() });

export type CreateChannelInput = z.output<typeof createChannelInput>;
export type UpdateChannelInput = z.output<typeof updateChannelInput>;

export const channelsQuery = listQuery(["name", "lastAttemptAt", "createdAt"]).extend({
  kind: anyOf(ChannelKind),
});
export type ChannelsQuery = z.output<typeof channelsQuery>;

export const deliveriesQuery = listQuery(["createdAt"], "desc").extend({
  state: anyOf(DeliveryState),
  kind: anyOf(NotificationKind),
});
export type DeliveriesQuery = z.output<typeof deliveriesQuery>;

/** A language that is not the panel's any more is told in the first one. */
export function readLocale(stored: string): Locale {
  return parseLocale(stored) ?? locales[0];
}

/** Something that has happened, as it is stored and sent: its facts may be older than the code. */
export interface NotificationView {
  kind: NotificationKind;
  facts: Record<string, unknown>;
  organization: { name: string; displayName: string } | null;
}

interface ToldJob {
  id: string;
  number: number;
  kind: JobKind;
}

interface JobFacts {
  job: ToldJob;
  /** `host/base`; null where it wrote a bundle, or nothing. */
  target: string | null;
  images: { total: number; failed: number };
  /** Why it failed; of many failures the first. */
  error: ErrorView | null;
  durationMs: number | null;
}

/** What is known of each kind of thing that happens. */
export interface NotificationFacts {
  job_failed: JobFacts;
  job_finished: JobFacts;
  drift_found: {
    job: ToldJob;
    target: string | null;
    images: { total: number; missing: number; different: number; damaged: number };
    /** Tags at the target that none of the images accounts for. */
    extraTags: number;
  };
  schedule_skipped: {
    schedule: { id: string; name: string; kind: ScheduleKind };
    /** When its next time would have been, of one that has stopped before it. */
    dueAt: string;
    /** Whether a job that was in its way is the reason, something went wrong, or it starts nothing any more. */
    outcome: "skipped" | "failed" | "stopped";
    error: ErrorView;
  };
  certificate_expiring: {
    /** Shown by a registry; trusted; shown to a registry. */
    use: "server" | "authority" | "client";
    subject: string;
    /** SHA-256, in hexadecimal. */
    fingerprint: string;
    expiresAt: string;
    /** Whole days; below zero once it has expired. */
    daysLeft: number;
    /** Bounded. */
    registries: { id: string; name: string; host: string }[];
    /** The lists that it stands in. */
    lists: TrustList[];
    /** Channels that it is trusted for; bounded. */
    channels: { id: string; name: string }[];
    /** As it is stored, where it stands in a list. */
    certificate: { id: string; name: string } | null;
  };
  /** `by` is a user name. */
  test: { by: string };
}

/** The page that tells more of something that has happened, where there is one; stored facts may be older than the code. */
export function findNotificationPath(kind: NotificationKind, facts: Record<string, unknown>): string | null {
  const { job, schedule, certificate, registries, channels } = facts as Partial<
    Record<"job" | "schedule" | "certificate", { id?: string } | null>
  > &
    Partial<Record<"registries" | "channels", { id?: string }[]>>;
  const page = (folder: string, object: { id?: string } | null | undefined) =>
    object?.id ? `/${folder}/${object.id}` : null;
  switch (kind) {
    case "schedule_skipped":
      return page("schedules", schedule);
    case "certificate_expiring":
      return (
        page("settings/certificates", certificate) ??
        page("registries", registries?.[0]) ??
        page("notifications", channels?.[0])
      );
    default:
      return page("jobs", job);
  }
}

export type ChannelState = "active" | "paused" | "stopped";

export interface ChannelRow {
  id: string;
  name: string;
  kind: ChannelKind;
  /** The address of a webhook, or the server that takes its mail. */
  address: string;
  recipients: string[];
  events: NotificationKind[];
  organization: { id: string; displayName: string } | null;
  state: ChannelState;
  /** Why it has stopped by itself. */
  stop: ErrorView | null;
  lastAttemptAt: string | null;
  /** How the last attempt ended; null: well. */
  lastError: ErrorView | null;
}

export interface ChannelDetail extends ChannelRow {
  locale: Locale;
  caPem: string;
  url: string;
  proxyUrl: string;
  host: string;
  port: number | null;
  security: MailSecurity;
  username: string;
  sender: string;
  /** Whether one is stored; it never leaves the server. */
  hasPassword: boolean;
  createdAt: string;
}

export interface DeliveryRow {
  id: string;
  notification: NotificationView & { id: string };
  state: DeliveryState;
  attempt: number;
  nextAttemptAt: string | null;
  latencyMs: number | null;
  error: ErrorView | null;
  createdAt: string;
  finishedAt: string | null;
}

/** What a test of a channel found. */
export type ChannelTestResult =
  /** `note`: what was wrong all the same. */
  { ok: true; latencyMs: number; note: ErrorView | null } | { ok: false; error: ErrorView };
