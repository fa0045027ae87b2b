import { createTranslator } from "use-intl/core";
import { createErrorText } from "#lib/i18n/error-text.ts";
import { createFormats } from "#lib/i18n/formats.ts";
import type { Locale } from "#lib/i18n/locales.ts";
import { loadMessages } from "#lib/i18n/messages.ts";
import { createNotificationText } from "#lib/i18n/notification-text.ts";
import type { NotificationView } from "#lib/schemas/notifications.ts";

/** What is told, in the words of a channel. */
export interface ChannelText {
  /** One line. */
  title: string;
  /** Of a mail. */
  text: string;
}

/** Times are told in UTC, by name: nobody knows where a mail is read. */
const timeZone = "UTC";

/** @param link the page that tells more; null where there is none */
export async function writeChannelText(
  notification: NotificationView,
  channel: { name: string; locale: Locale },
  link: string | null,
): Promise<ChannelText> {
  const { locale } = channel;
  const messages = await loadMessages(locale);
  const formats = createFormats(locale, timeZone);
  const errorText = createErrorText(
    {
      errors: createTranslator({ locale, messages, namespace: "errors" }),
      errorFacts: createTranslator({ locale, messages, namespace: "errorFacts" }),
      objects: createTranslator({ locale, messages, namespace: "objects" }),
      "states.job": createTranslator({ locale, messages, namespace: "states.job" }),
    },
    formats,
  );
  const say = createNotificationText(
    {
      "notifications.texts": createTranslator({ locale, messages, namespace: "notifications.texts" }),
      "jobs.kinds": createTranslator({ locale, messages, namespace: "jobs.kinds" }),
    },
    formats,
    errorText,
  );
  const mail = createTranslator({ locale, messages, namespace: "notifications.mail" });
  const { organization } = notification;
  const { title, detail, error } = say(notification, { publishes: organization !== null });
  const paragraphs = [
    title,
    detail,
    ...(error ? [[error.title, error.hint, error.context].filter(Boolean).join("\n")] : []),
    ...(organization ? [mail("organization", { organization: organization.displayName })] : []),
    ...(link === null ? [] : [link]),
    // RFC 3676 section 4.3: mail programs set what follows apart.
    `-- \n${mail("footer", { name: channel.name })}`,
  ];
  return { title, text: `${paragraphs.join("\n\n")}\n` };
}
