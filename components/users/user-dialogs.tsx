"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { ActionDialog } from "#components/forms/action-dialog.tsx";
import { createUserLinkAction, setUserEnabledAction, signOutUserAction } from "#lib/actions/users.ts";
import type { UserLink, UserRow } from "#lib/schemas/users.ts";
import { LinkDialog } from "./link-dialog.tsx";

interface UserDialogsProps {
  user: UserRow;
  open: "link" | "signOut" | "disable" | null;
  onClose: () => void;
}

/** The questions behind a user's menu. */
export function UserDialogs({ user, open, onClose }: UserDialogsProps) {
  const t = useTranslations("users");
  const [link, setLink] = useState<UserLink | null>(null);
  const { id, username: name } = user;
  return (
    <>
      <ActionDialog
        open={open === "link"}
        onOpenChange={onClose}
        title={t("createLinkTitle", { name })}
        confirmLabel={t("createLinkConfirm")}
        destructive={false}
        action={createUserLinkAction}
        input={{ id }}
        onDone={setLink}
      >
        <p>{t("createLinkText")}</p>
      </ActionDialog>
      <ActionDialog
        open={open === "signOut"}
        onOpenChange={onClose}
        title={t("signOutTitle", { name })}
        confirmLabel={t("signOutConfirm")}
        action={signOutUserAction}
        input={{ id }}
        doneText={({ sessionCount }) => t("signedOutToast", { count: sessionCount, name })}
      >
        <p>{t("signOutText", { name })}</p>
      </ActionDialog>
      <ActionDialog
        open={open === "disable"}
        onOpenChange={onClose}
        title={t("disableTitle", { name })}
        confirmLabel={t("disableConfirm")}
        action={setUserEnabledAction}
        input={{ id, enabled: false }}
        doneText={() => t("disabledToast", { name })}
      >
        <p>{t("disableText", { name })}</p>
      </ActionDialog>
      <LinkDialog link={link} onClose={() => setLink(null)} />
    </>
  );
}
