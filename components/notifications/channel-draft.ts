import type { z } from "zod";
import type { ChannelKind, MailSecurity, NotificationKind } from "#lib/db/generated/enums.ts";
import type { Locale } from "#lib/i18n/locales.ts";
import { type ChannelDetail, channelEvents, type createChannelInput } from "#lib/schemas/notifications.ts";

/** What stands in the form of a channel; of the other kind what was typed stays. */
export interface ChannelDraft {
  name: string;
  kind: ChannelKind;
  url: string;
  secret: string;
  newSecret: boolean;
  proxyUrl: string;
  host: string;
  port: string;
  security: MailSecurity;
  username: string;
  password: string;
  sender: string;
  recipients: string;
  caPem: string;
  events: readonly NotificationKind[];
  onlyOrganizationId: string | null;
  locale: Locale;
}

/** The ports that mail servers usually take messages at. */
export const usualPorts: Readonly<Record<MailSecurity, string>> = { starttls: "587", tls: "465", none: "25" };

export function newDraft(locale: Locale): ChannelDraft {
  return {
    ...{ name: "", kind: "webhook", url: "", secret: "", newSecret: false, proxyUrl: "", caPem: "" },
    ...{ host: "", port: usualPorts.starttls, security: "starttls", username: "", password: "" },
    ...{ sender: "", recipients: "", onlyOrganizationId: null, locale },
    // What people want to know of without having to think of it.
    events: channelEvents.filter((each) => each !== "job_finished"),
  };
}

export function draftOf(channel: ChannelDetail): ChannelDraft {
  const { name, kind, url, proxyUrl, host, username, sender, caPem, locale, events } = channel;
  return {
    ...newDraft(locale),
    ...{ name, kind, url, proxyUrl, host, username, sender, caPem, events },
    ...(kind === "smtp" && { port: String(channel.port ?? ""), security: channel.security }),
    recipients: channel.recipients.join("\n"),
    onlyOrganizationId: channel.organization?.id ?? null,
  };
}

/** What is sent: of the kind that is chosen, nothing of the other. */
export function inputOf(draft: ChannelDraft): z.input<typeof createChannelInput> {
  const { name, kind, caPem, onlyOrganizationId, locale } = draft;
  const events = channelEvents.filter((each) => draft.events.includes(each));
  const common = { name, caPem, events, onlyOrganizationId, locale };
  if (kind === "webhook") {
    const { url, secret, newSecret, proxyUrl } = draft;
    return { kind, ...common, url, secret, newSecret, proxyUrl };
  }
  const { host, port, security, username, password, sender, recipients } = draft;
  return { kind, ...common, host, port, security, username, password, sender, recipients };
}
