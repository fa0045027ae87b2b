"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { readForm } from "#components/forms/read-form.ts";
import { useAction } from "#components/forms/use-action.ts";
import { Button } from "#components/ui/button.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { Field } from "#components/ui/field.tsx";
import { useFieldErrors } from "#lib/i18n/use-field-errors.ts";
import { minPasswordLength } from "#lib/schemas/account.ts";
import { type SignInWay, signIn } from "./auth-requests.ts";
import { PasswordInput } from "./password-input.tsx";

type FieldErrorOf = (field: string) => string | undefined;

interface SignInFieldsProps {
  way: SignInWay;
  /** Sent along with the fields. */
  token?: string;
  /** The path to go to once signed in. */
  next: string;
  submitLabel: string;
  children: (fieldError: FieldErrorOf) => ReactNode;
}

/** A form that signs in: its fields are sent by name, and the panel is loaded anew when it worked. */
export function SignInFields({ way, token, next, submitLabel, children }: SignInFieldsProps) {
  const { run, pending, error } = useAction((input: Record<string, string>) => signIn(way, input));
  const fieldError = useFieldErrors(error);
  return (
    // Should it be sent before the page's script runs, a password must not stand in an address.
    <form
      method="post"
      className="space-y-4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const input = { ...readForm(event.currentTarget), ...(token !== undefined && { token }) };
        void run(input, () => window.location.assign(next));
      }}
    >
      {error && error.code !== "invalid-input" && <ErrorAlert error={error} />}
      {children(fieldError)}
      <Button type="submit" variant="primary" loading={pending} className="h-9 w-full">
        {submitLabel}
      </Button>
    </form>
  );
}

/** A password that is being chosen, typed twice. */
export function ChosenPasswordFields({ fieldError }: { fieldError: FieldErrorOf }) {
  const t = useTranslations("signIn");
  return (
    <>
      <Field
        label={t("newPassword")}
        help={t("newPasswordHelp", { minimum: minPasswordLength })}
        error={fieldError("password")}
        required
      >
        {(control) => <PasswordInput {...control} name="password" autoComplete="new-password" />}
      </Field>
      <Field label={t("newPasswordAgain")} error={fieldError("passwordAgain")} required>
        {(control) => <PasswordInput {...control} name="passwordAgain" autoComplete="new-password" />}
      </Field>
    </>
  );
}
