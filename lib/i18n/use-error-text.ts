import { useTranslations } from "next-intl";
import { createErrorText } from "./error-text.ts";
import { useFormats } from "./use-formats.ts";

/** Makes sentences of errors, in client components and in server components that are not async. */
export function useErrorText(): ReturnType<typeof createErrorText> {
  const translators = {
    errors: useTranslations("errors"),
    errorFacts: useTranslations("errorFacts"),
    objects: useTranslations("objects"),
    "states.job": useTranslations("states.job"),
  };
  return createErrorText(translators, useFormats());
}
