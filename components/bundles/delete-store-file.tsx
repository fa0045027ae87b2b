import { Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { ActionDialog } from "#components/forms/action-dialog.tsx";
import { Button } from "#components/ui/button.tsx";
import { deleteStoreFileAction } from "#lib/actions/bundles.ts";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { StoredFile } from "./store-files-card.tsx";

/** Asks before a file beside the bundles is removed; says why when an export needs it. */
export function DeleteStoreFile({ file: { name, sizeBytes, store } }: { file: StoredFile }) {
  const t = useTranslations("bundles.storeFiles");
  const formats = useFormats();
  return (
    <ActionDialog
      trigger={
        <Button variant="flat" size="icon" className="text-danger" aria-label={t("deleteName", { name })}>
          <Trash2 aria-hidden />
        </Button>
      }
      title={t("deleteTitle", { name })}
      confirmLabel={t("delete")}
      action={deleteStoreFileAction}
      input={{ storeId: store.id, name }}
      doneText={() => t("deleted", { name })}
    >
      <p className="wrap-anywhere">
        {t("deleteHelp", { size: formats.bytes(sizeBytes), store: store.name })}
      </p>
      <p className="text-muted">{t("deleteKept")}</p>
    </ActionDialog>
  );
}
