import { useTranslations } from "next-intl";
import { type ConfigGuideText, createConfigGuideText } from "./config-guide-text.ts";

/** Makes sentences of what is done with configuration, in client components and in server components that are not async. */
export function useConfigGuideText(): ConfigGuideText {
  return createConfigGuideText(useTranslations("configGuides"));
}
