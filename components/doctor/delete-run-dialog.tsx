import { useTranslations } from "next-intl";
import { ActionDialog } from "#components/forms/action-dialog.tsx";
import { deleteDoctorRunAction } from "#lib/actions/doctor.ts";

interface DeleteRunDialogProps {
  id: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onDone?: () => void;
}

export function DeleteRunDialog({ id, open, onOpenChange, onDone }: DeleteRunDialogProps) {
  const t = useTranslations("doctor");
  return (
    <ActionDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("deleteTitle")}
      confirmLabel={t("deleteConfirm")}
      action={deleteDoctorRunAction}
      input={{ runId: id }}
      doneText={() => t("deleted")}
      {...(onDone && { onDone })}
    >
      <p>{t("deleteText")}</p>
    </ActionDialog>
  );
}
