import { useTranslations } from "next-intl";
import { ActionDialog } from "#components/forms/action-dialog.tsx";
import { deleteRegistryAction } from "#lib/actions/registries.ts";

interface DeleteRegistryDialogProps {
  id: string;
  name: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onDone?: () => void;
}

export function DeleteRegistryDialog({ id, name, open, onOpenChange, onDone }: DeleteRegistryDialogProps) {
  const t = useTranslations("registries");
  return (
    <ActionDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("deleteTitle")}
      confirmLabel={t("deleteTitle")}
      action={deleteRegistryAction}
      input={{ id }}
      {...(onDone && { onDone })}
    >
      <p>{t("deleteConfirm", { name })}</p>
    </ActionDialog>
  );
}
