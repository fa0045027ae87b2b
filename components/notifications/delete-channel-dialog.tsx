import { useTranslations } from "next-intl";
import { ActionDialog } from "#components/forms/action-dialog.tsx";
import { deleteChannelAction } from "#lib/actions/notifications.ts";

interface DeleteChannelDialogProps {
  id: string;
  name: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onDone?: () => void;
}

export function DeleteChannelDialog({ id, name, open, onOpenChange, onDone }: DeleteChannelDialogProps) {
  const t = useTranslations("notifications");
  return (
    <ActionDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("deleteTitle", { name })}
      confirmLabel={t("deleteConfirm")}
      action={deleteChannelAction}
      input={{ channelId: id }}
      doneText={() => t("done.delete", { name })}
      {...(onDone && { onDone })}
    >
      <p>{t("deleteText")}</p>
    </ActionDialog>
  );
}
