"use client";

import { useTranslations } from "next-intl";
import { Field } from "#components/ui/field.tsx";
import { minPasswordLength } from "#lib/schemas/account.ts";
import { PasswordInput } from "./password-input.tsx";

interface ChosenPasswordFieldsProps {
  fieldError: (field: string) => string | undefined;
}

/** A password that is being chosen, typed twice. */
export function ChosenPasswordFields({ fieldError }: ChosenPasswordFieldsProps) {
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
