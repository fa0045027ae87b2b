import { Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useAction } from "#components/forms/use-action.ts";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { deleteBundleAction } from "#lib/actions/bundles.ts";

interface CancelUploadProps {
  bundleId: string;
  name: string;
  /** Nothing more is to be sent. */
  onConfirmed: () => void;
  disabled?: boolean;
}

/** Gives an upload up: what has arrived of it is deleted. */
export function CancelUpload({ bundleId, name, onConfirmed, disabled = false }: CancelUploadProps) {
  const t = useTranslations("bundles.uploads");
  const router = useRouter();
  const { run, error, reset } = useAction(deleteBundleAction);
  return (
    <ConfirmDialog
      trigger={
        <Button variant="danger-outline" icon={<Trash2 aria-hidden />} disabled={disabled}>
          {t("cancel")}
        </Button>
      }
      onOpenChange={reset}
      title={t("cancelTitle", { name })}
      confirmLabel={t("cancel")}
      cancelLabel={t("keep")}
      onConfirm={async () => {
        onConfirmed();
        return (await run({ bundleId }, () => router.push("/bundles"))).ok;
      }}
    >
      <p>{t("cancelHelp")}</p>
      {error && <ErrorAlert error={error} />}
    </ConfirmDialog>
  );
}
