import { useTranslations } from "next-intl";
import { ActionDialog } from "#components/forms/action-dialog.tsx";
import { takeOutOfListAction } from "#lib/actions/certificates.ts";
import type { TrustList } from "#lib/db/generated/enums.ts";

interface TakeOutDialogProps {
  certificate: { id: string; name: string };
  list: TrustList;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function TakeOutDialog({ certificate: { id, name }, list, open, onOpenChange }: TakeOutDialogProps) {
  const t = useTranslations("certificates");
  const listName = t(`lists.${list}`);
  return (
    <ActionDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("takeOutTitle", { name, list: listName })}
      confirmLabel={t("takeOutConfirm")}
      action={takeOutOfListAction}
      input={{ certificateId: id, list }}
      doneText={() => t("done.takeOut", { name, list: listName })}
    >
      <p>{t(`takeOutText.${list}`)}</p>
      {list !== "panel" && <p>{t("afterwards")}</p>}
    </ActionDialog>
  );
}
