import { useTranslations } from "next-intl";
import { ActionDialog } from "#components/forms/action-dialog.tsx";
import { deleteCertificateAction } from "#lib/actions/certificates.ts";
import type { CertificateRow } from "#lib/schemas/certificates.ts";

interface DeleteCertificateDialogProps {
  certificate: Pick<CertificateRow, "id" | "name" | "lists">;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onDone?: () => void;
}

/** Out of the lists that are named here it is taken with it, and out of no other. */
export function DeleteCertificateDialog({
  certificate: { id, name, lists },
  open,
  onOpenChange,
  onDone,
}: DeleteCertificateDialogProps) {
  const t = useTranslations("certificates");
  return (
    <ActionDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("deleteTitle", { name })}
      confirmLabel={t(lists.length > 0 ? "deleteConfirmLists" : "deleteConfirm")}
      action={deleteCertificateAction}
      input={{ certificateId: id, lists }}
      doneText={() => t("done.delete", { name })}
      {...(onDone && { onDone })}
    >
      {lists.length > 0 && (
        <>
          <p className="font-semibold">
            {t("deleteFromLists", { lists: lists.map((list) => t(`lists.${list}`)).join(", ") })}
          </p>
          <ul className="list-disc space-y-1 pl-5">
            {lists.map((list) => (
              <li key={list}>{t(`takeOutText.${list}`)}</li>
            ))}
          </ul>
          {lists.some((list) => list !== "panel") && <p>{t("afterwards")}</p>}
        </>
      )}
      <p>{t("deleteText")}</p>
    </ActionDialog>
  );
}
