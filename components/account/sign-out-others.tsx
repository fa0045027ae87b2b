"use client";

import { LogOut } from "lucide-react";
import { useTranslations } from "next-intl";
import { ActionDialog } from "#components/forms/action-dialog.tsx";
import { Button } from "#components/ui/button.tsx";
import { signOutOtherSessionsAction } from "#lib/actions/account.ts";

export function SignOutOthers() {
  const t = useTranslations("account");
  return (
    <ActionDialog
      trigger={<Button icon={<LogOut aria-hidden />}>{t("signOutOthers")}</Button>}
      title={t("signOutOthersTitle")}
      confirmLabel={t("signOutOthersConfirm")}
      action={signOutOtherSessionsAction}
      input={{}}
      doneText={({ sessionCount }) => t("signedOutToast", { count: sessionCount })}
    >
      <p>{t("signOutOthersText")}</p>
    </ActionDialog>
  );
}
