"use client";

import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { Fragment, useRef, useState } from "react";
import { readForm } from "#components/forms/read-form.ts";
import { useAction } from "#components/forms/use-action.ts";
import { useFocusInvalid } from "#components/forms/use-focus-invalid.ts";
import { ChosenPasswordFields } from "#components/sign-in/chosen-password-fields.tsx";
import { PasswordInput } from "#components/sign-in/password-input.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { Field } from "#components/ui/field.tsx";
import { Form } from "#components/ui/form.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { changePasswordAction } from "#lib/actions/account.ts";
import { useFieldErrors } from "#lib/i18n/use-field-errors.ts";

export function PasswordCard({ username }: { username: string }) {
  const t = useTranslations("account");
  const form = useRef<HTMLFormElement>(null);
  const router = useRouter();
  const toast = useToast();
  // After each the fields are empty again.
  const [changes, setChanges] = useState(0);
  const { run, pending, error } = useAction(changePasswordAction);
  const fieldError = useFieldErrors(error);
  useFocusInvalid(form, error);
  return (
    <Card title={t("password")}>
      <Form
        ref={form}
        className="space-y-4"
        onSubmit={(sent) => {
          const { currentPassword = "", password = "", passwordAgain = "" } = readForm(sent);
          void run({ currentPassword, password, passwordAgain }, () => {
            toast({ status: "success", title: t("passwordChanged") });
            setChanges(changes + 1);
            router.refresh();
          });
        }}
      >
        <p className="text-compact text-muted">{t("passwordHelp")}</p>
        {error && error.code !== "invalid-input" && <ErrorAlert error={error} />}
        <input type="text" name="username" autoComplete="username" value={username} readOnly hidden />
        <Fragment key={changes}>
          <Field label={t("currentPassword")} error={fieldError("currentPassword")} required>
            {(control) => (
              <PasswordInput {...control} name="currentPassword" autoComplete="current-password" />
            )}
          </Field>
          <ChosenPasswordFields fieldError={fieldError} />
        </Fragment>
        <Button type="submit" variant="primary" loading={pending}>
          {t("changePassword")}
        </Button>
      </Form>
    </Card>
  );
}
