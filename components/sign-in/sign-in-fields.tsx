"use client";

import { type ReactNode, useRef } from "react";
import { readForm } from "#components/forms/read-form.ts";
import { useAction } from "#components/forms/use-action.ts";
import { useFocusInvalid } from "#components/forms/use-focus-invalid.ts";
import { Button } from "#components/ui/button.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { Form } from "#components/ui/form.tsx";
import { useFieldErrors } from "#lib/i18n/use-field-errors.ts";
import type { SignInWay } from "#lib/schemas/account.ts";
import { signIn } from "./auth-requests.ts";

interface SignInFieldsProps {
  way: SignInWay;
  /** Sent along with the fields. */
  token?: string;
  /** The path to go to once signed in. */
  next: string;
  submitLabel: string;
  children: (fieldError: (field: string) => string | undefined) => ReactNode;
}

/** A form that signs in: its fields are sent by name, and the panel is loaded anew when it worked. */
export function SignInFields({ way, token, next, submitLabel, children }: SignInFieldsProps) {
  const { run, pending, error } = useAction((input: Record<string, string>) => signIn(way, input));
  const fieldError = useFieldErrors(error);
  const form = useRef<HTMLFormElement>(null);
  useFocusInvalid(form, error);
  return (
    <Form
      ref={form}
      className="space-y-4"
      onSubmit={(sent) => {
        const input = { ...readForm(sent), ...(token !== undefined && { token }) };
        void run(input, () => window.location.assign(next));
      }}
    >
      {error && error.code !== "invalid-input" && <ErrorAlert error={error} />}
      {children(fieldError)}
      <Button type="submit" variant="primary" loading={pending} className="h-9 w-full">
        {submitLabel}
      </Button>
    </Form>
  );
}
