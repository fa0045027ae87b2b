import { useTranslations } from "next-intl";
import { createConfigProblemText } from "./config-problem-text.ts";

/** Makes sentences of what is wrong with a configuration, in client components and in server components that are not async. */
export function useConfigProblemText(): ReturnType<typeof createConfigProblemText> {
  return createConfigProblemText(useTranslations("configProblems"));
}
