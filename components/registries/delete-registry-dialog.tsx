"use client";

import { useTranslations } from "next-intl";
import { useAction } from "#components/forms/use-action.ts";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { deleteRegistryAction } from "#lib/actions/registries.ts";

interface DeleteRegistryDialogProps {
  id: string;
  name: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onDeleted: () => void;
}

export function DeleteRegistryDialog({ id, name, open, onOpenChange, onDeleted }: DeleteRegistryDialogProps) {
  const t = useTranslations("registries");
  const { run, error, reset } = useAction(deleteRegistryAction);
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={(next) => {
        reset();
        onOpenChange(next);
      }}
      title={t("deleteTitle")}
      confirmLabel={t("deleteTitle")}
      onConfirm={async () => (await run({ id }, onDeleted)).ok}
    >
      <p>{t("deleteConfirm", { name })}</p>
      {error && <ErrorAlert error={error} />}
    </ConfirmDialog>
  );
}
