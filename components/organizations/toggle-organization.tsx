"use client";

import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { ActionDialog } from "#components/forms/action-dialog.tsx";
import { useAction } from "#components/forms/use-action.ts";
import { useToast } from "#components/ui/toast.tsx";
import { setOrganizationEnabledAction } from "#lib/actions/organizations.ts";
import { useErrorText } from "#lib/i18n/use-error-text.ts";
import type { OrganizationRow } from "#lib/schemas/organizations.ts";

interface DisableOrganizationProps {
  organization: Pick<OrganizationRow, "id" | "name" | "userCount">;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function DisableOrganization({ organization, open, onOpenChange }: DisableOrganizationProps) {
  const t = useTranslations("organizations");
  const { id, name, userCount } = organization;
  return (
    <ActionDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("disableTitle", { name })}
      confirmLabel={t("disableConfirm")}
      action={setOrganizationEnabledAction}
      input={{ id, enabled: false }}
      doneText={() => t("disabledToast", { name })}
    >
      <p>{t("disableText", { count: userCount })}</p>
      <p>{t("disableKeeps")}</p>
    </ActionDialog>
  );
}

/** Enabling harms nobody, so it is not asked twice. */
export function useEnableOrganization({ id, name }: Pick<OrganizationRow, "id" | "name">): () => void {
  const t = useTranslations("organizations");
  const router = useRouter();
  const toast = useToast();
  const errorText = useErrorText();
  const { run } = useAction(setOrganizationEnabledAction);
  return () =>
    void run({ id, enabled: true }, () => {
      toast({ status: "success", title: t("enabledToast", { name }) });
      router.refresh();
    }).then((result) => {
      if (!result.ok) toast({ status: "danger", title: errorText(result.error).title });
    });
}
