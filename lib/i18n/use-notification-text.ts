import { useTranslations } from "next-intl";
import { createNotificationText } from "./notification-text.ts";
import { useErrorText } from "./use-error-text.ts";
import { useFormats } from "./use-formats.ts";

/** Makes sentences of what has happened, in client components and in server components that are not async. */
export function useNotificationText(): ReturnType<typeof createNotificationText> {
  const translators = {
    "notifications.texts": useTranslations("notifications.texts"),
    "jobs.kinds": useTranslations("jobs.kinds"),
  };
  return createNotificationText(translators, useFormats(), useErrorText());
}
