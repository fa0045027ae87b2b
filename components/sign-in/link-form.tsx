"use client";

import { useTranslations } from "next-intl";
import { ChosenPasswordFields } from "./chosen-password-fields.tsx";
import { SignInFields } from "./sign-in-fields.tsx";

/** For the person of a one-time link; the hidden name lets a password manager file the password under it. */
export function LinkForm({ token, username }: { token: string; username: string }) {
  const t = useTranslations("signIn");
  return (
    <SignInFields way="link" token={token} next="/" submitLabel={t("linkSubmit")}>
      {(fieldError) => (
        <>
          <input type="text" name="username" autoComplete="username" value={username} readOnly hidden />
          <ChosenPasswordFields fieldError={fieldError} />
        </>
      )}
    </SignInFields>
  );
}
