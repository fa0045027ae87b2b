import { useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { CheckVerdict } from "./check-verdict.tsx";
import type { ExaminedSave } from "./use-examined-save.ts";

/** Shows how a registry is examined before clusters are made to pull from it, and asks where they cannot. */
export function ExamineDialog({ saving }: { saving: ExaminedSave }) {
  const t = useTranslations("containerRegistry");
  const tCommon = useTranslations("common");
  const { url, shown, checkError, isUnderWay, problems, pending } = saving;
  const isRetired = problems.some(({ finding }) => finding === null);
  return (
    <Dialog
      open={url !== null}
      onOpenChange={(open) => {
        if (!open && !pending) saving.cancel();
      }}
      title={t("examineTitle")}
      size="lg"
      footer={
        <>
          <DialogClose>
            <Button disabled={pending}>{tCommon("cancel")}</Button>
          </DialogClose>
          <Button loading={isUnderWay} disabled={pending} onClick={saving.again}>
            {t("check")}
          </Button>
          {problems.length > 0 && (
            <Button variant="danger" loading={pending} onClick={saving.confirm}>
              {t("confirmLabel")}
            </Button>
          )}
        </>
      }
    >
      <div className="space-y-4 pb-2">
        <p className="text-compact wrap-anywhere">{t("examineText", { url: url ?? "" })}</p>
        {checkError && <ErrorAlert error={checkError} />}
        {isRetired && (
          <Alert status="warning" live="polite" title={t("retired", { host: url ?? "" })}>
            {t("retiredHelp")}
          </Alert>
        )}
        {shown && <CheckVerdict check={shown} isStale={false} />}
      </div>
    </Dialog>
  );
}
