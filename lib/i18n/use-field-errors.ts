import { useTranslations } from "next-intl";
import type { ErrorView, FieldError } from "#lib/errors.ts";

/**
 * The sentences of an `invalid-input` error, by field: `fieldError("host")` is undefined when the field is fine, so it
 * goes straight into the `error` of a `Field`.
 */
export function useFieldErrors(error: ErrorView | null): (field: string) => string | undefined {
  const t = useTranslations("errors.input");
  return (field) => {
    if (error?.code !== "invalid-input") return undefined;
    const found = (error.facts.fields as Partial<Record<string, FieldError>> | undefined)?.[field];
    if (!found) return undefined;
    return t(found.code, { minimum: 0, maximum: 0, organization: "", path: "", ...found.facts });
  };
}
