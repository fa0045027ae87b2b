"use client";

import { useTranslations } from "next-intl";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { ChosenPasswordFields } from "./chosen-password-fields.tsx";
import { SignInFields } from "./sign-in-fields.tsx";

export function SetupForm({ token }: { token: string }) {
  const t = useTranslations("signIn");
  return (
    <SignInFields way="setup" token={token} next="/" submitLabel={t("setupSubmit")}>
      {(fieldError) => (
        <>
          <Field label={t("username")} help={t("usernameHelp")} error={fieldError("username")} required>
            {(control) => (
              <Input
                {...control}
                name="username"
                autoComplete="username"
                autoCapitalize="off"
                spellCheck={false}
                autoFocus
              />
            )}
          </Field>
          <Field
            label={t("displayName")}
            help={t("displayNameHelp")}
            error={fieldError("displayName")}
            required
          >
            {(control) => <Input {...control} name="displayName" autoComplete="name" />}
          </Field>
          <ChosenPasswordFields fieldError={fieldError} />
        </>
      )}
    </SignInFields>
  );
}
