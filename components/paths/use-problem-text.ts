import { useTranslations } from "next-intl";
import { placeholders } from "./path-forms.ts";

/** What is wrong with a name in a table, in the reader's language. */
export function useProblemText(): (problem: { code: string }) => string {
  const t = useTranslations("paths.problems");
  const tReferences = useTranslations("errorFacts.problems");
  return ({ code }) =>
    t.has(code as never) ? t(code as never, placeholders as never) : tReferences(code as never);
}
