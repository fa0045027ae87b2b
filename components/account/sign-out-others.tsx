"use client";

import { LogOut } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ActionDialog } from "#components/forms/action-dialog.tsx";
import { Button } from "#components/ui/button.tsx";
import { signOutOtherSessionsAction } from "#lib/actions/account.ts";

export function SignOutOthers() {
  const t = useTranslations("account");
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon={<LogOut aria-hidden />} onClick={() => setOpen(true)}>
        {t("signOutOthers")}
      </Button>
      <ActionDialog
        open={open}
        onOpenChange={setOpen}
        title={t("signOutOthersTitle")}
        confirmLabel={t("signOutOthersConfirm")}
        action={signOutOtherSessionsAction}
        input={{}}
        doneText={({ sessionCount }) => t("signedOutToast", { count: sessionCount })}
      >
        <p>{t("signOutOthersText")}</p>
      </ActionDialog>
    </>
  );
}
