"use client";

import { type RefObject, useEffect } from "react";
import type { ErrorView } from "#lib/errors.ts";

/** The first wrong field gets the focus: in a long form it may be out of sight. */
export function useFocusInvalid(form: RefObject<HTMLFormElement | null>, error: ErrorView | null): void {
  useEffect(() => {
    if (error?.code === "invalid-input") form.current?.querySelector<HTMLElement>("[aria-invalid]")?.focus();
  }, [form, error]);
}
