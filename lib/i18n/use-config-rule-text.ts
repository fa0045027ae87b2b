import { useTranslations } from "next-intl";
import { createConfigRuleText } from "./config-rule-text.ts";

/** Makes sentences of what the linter finds, in client components and in server components that are not async. */
export function useConfigRuleText(): ReturnType<typeof createConfigRuleText> {
  return createConfigRuleText(useTranslations("configRules"));
}
