"use client";

import { useTranslations } from "next-intl";
import { Field } from "#components/ui/field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { PasswordInput } from "./password-input.tsx";
import { SignInFields } from "./sign-in-fields.tsx";

export function SignInForm({ next }: { next: string }) {
  const t = useTranslations("signIn");
  return (
    <SignInFields way="password" next={next} submitLabel={t("submit")}>
      {(fieldError) => (
        <>
          <TextField
            name="username"
            label={t("username")}
            error={fieldError("username")}
            required
            verbatim
            autoComplete="username"
            autoFocus
          />
          <Field label={t("password")} error={fieldError("password")} required>
            {(control) => <PasswordInput {...control} name="password" autoComplete="current-password" />}
          </Field>
        </>
      )}
    </SignInFields>
  );
}
