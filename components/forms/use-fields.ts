"use client";

import { useRef, useState } from "react";
import type { ErrorView } from "#lib/errors.ts";
import { useFieldErrors } from "#lib/i18n/use-field-errors.ts";
import { useFocusInvalid } from "./use-focus-invalid.ts";

/**
 * The values of a form and what is wrong with them. A field that is being corrected is not called wrong any more.
 *
 * @param error of the last attempt to send the form
 */
export function useFields<Fields extends object>(initial: Fields, error: ErrorView | null) {
  const form = useRef<HTMLFormElement>(null);
  const [fields, setFields] = useState(initial);
  const [corrected, setCorrected] = useState<{ of: ErrorView | null; names: readonly string[] }>({
    of: null,
    names: [],
  });
  const fieldError = useFieldErrors(error);
  const names = corrected.of === error ? corrected.names : [];

  useFocusInvalid(form, error);

  return {
    form,
    fields,
    set: (change: Partial<Fields>) => {
      setFields((now) => ({ ...now, ...change }));
      setCorrected({ of: error, names: [...names, ...Object.keys(change)] });
    },
    fieldError: (field: string) => (names.includes(field) ? undefined : fieldError(field)),
  };
}
