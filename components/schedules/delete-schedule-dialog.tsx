import { useTranslations } from "next-intl";
import { ActionDialog } from "#components/forms/action-dialog.tsx";
import { deleteScheduleAction } from "#lib/actions/schedules.ts";

interface DeleteScheduleDialogProps {
  id: string;
  name: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onDone?: () => void;
}

export function DeleteScheduleDialog({ id, name, open, onOpenChange, onDone }: DeleteScheduleDialogProps) {
  const t = useTranslations("schedules");
  return (
    <ActionDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("deleteTitle", { name })}
      confirmLabel={t("deleteConfirm")}
      action={deleteScheduleAction}
      input={{ scheduleId: id }}
      doneText={() => t("done.delete", { name })}
      {...(onDone && { onDone })}
    >
      <p>{t("deleteText")}</p>
    </ActionDialog>
  );
}
