"use client";

import { useTranslations } from "next-intl";
import { TextField } from "#components/ui/text-field.tsx";
import { ChosenPasswordFields } from "./chosen-password-fields.tsx";
import { SignInFields } from "./sign-in-fields.tsx";

export function SetupForm({ token }: { token: string }) {
  const t = useTranslations("signIn");
  return (
    <SignInFields way="setup" token={token} next="/" submitLabel={t("setupSubmit")}>
      {(fieldError) => (
        <>
          <TextField
            name="username"
            label={t("username")}
            help={t("usernameHelp")}
            error={fieldError("username")}
            required
            verbatim
            autoComplete="username"
            autoFocus
          />
          <TextField
            name="displayName"
            label={t("displayName")}
            help={t("displayNameHelp")}
            error={fieldError("displayName")}
            required
            autoComplete="name"
          />
          <ChosenPasswordFields fieldError={fieldError} />
        </>
      )}
    </SignInFields>
  );
}
