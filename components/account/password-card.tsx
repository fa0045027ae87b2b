"use client";

import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useRef } from "react";
import { readForm } from "#components/forms/read-form.ts";
import { useAction } from "#components/forms/use-action.ts";
import { useFocusInvalid } from "#components/forms/use-focus-invalid.ts";
import { ChosenPasswordFields } from "#components/sign-in/chosen-password-fields.tsx";
import { PasswordInput } from "#components/sign-in/password-input.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { Field } from "#components/ui/field.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { changePasswordAction } from "#lib/actions/account.ts";
import { useFieldErrors } from "#lib/i18n/use-field-errors.ts";

export function PasswordCard({ username }: { username: string }) {
  const t = useTranslations("account");
  const form = useRef<HTMLFormElement>(null);
  const router = useRouter();
  const toast = useToast();
  const { run, pending, error } = useAction(changePasswordAction);
  const fieldError = useFieldErrors(error);
  useFocusInvalid(form, error);
  return (
    <Card title={t("password")}>
      <form
        ref={form}
        method="post"
        noValidate
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          const { currentPassword = "", password = "", passwordAgain = "" } = readForm(event.currentTarget);
          void run({ currentPassword, password, passwordAgain }, () => {
            toast({ status: "success", title: t("passwordChanged") });
            form.current?.reset();
            router.refresh();
          });
        }}
      >
        <p className="text-compact text-muted">{t("passwordHelp")}</p>
        {error && error.code !== "invalid-input" && <ErrorAlert error={error} />}
        <input type="text" name="username" autoComplete="username" value={username} readOnly hidden />
        <Field label={t("currentPassword")} error={fieldError("currentPassword")} required>
          {(control) => <PasswordInput {...control} name="currentPassword" autoComplete="current-password" />}
        </Field>
        <ChosenPasswordFields fieldError={fieldError} />
        <Button type="submit" variant="primary" loading={pending}>
          {t("changePassword")}
        </Button>
      </form>
    </Card>
  );
}
