import { useTranslations } from "next-intl";
import { createFindingText } from "./finding-text.ts";
import { useErrorText } from "./use-error-text.ts";
import { useFormats } from "./use-formats.ts";

/** Makes sentences of findings, in client components and in server components that are not async. */
export function useFindingText(): ReturnType<typeof createFindingText> {
  return createFindingText(useTranslations("doctorFindings"), useFormats(), useErrorText());
}
