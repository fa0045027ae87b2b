"use client";

import { CircleStop } from "lucide-react";
import { useTranslations } from "next-intl";
import { useAction } from "#components/forms/use-action.ts";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { cancelJobAction } from "#lib/actions/jobs.ts";

interface CancelJobProps {
  id: string;
  number: number;
  /** The job has only a plan so far. */
  discard?: boolean;
  disabled?: boolean;
}

export function CancelJob({ id, number, discard = false, disabled = false }: CancelJobProps) {
  const t = useTranslations("jobs");
  const { run, error, reset } = useAction(cancelJobAction);
  const label = discard ? t("plan.discard") : t("actions.cancel");
  return (
    <ConfirmDialog
      trigger={
        <Button variant="danger-outline" disabled={disabled} icon={<CircleStop aria-hidden />}>
          {label}
        </Button>
      }
      onOpenChange={reset}
      title={discard ? t("plan.discardTitle", { number }) : t("actions.cancelTitle", { number })}
      confirmLabel={label}
      {...(!discard && { cancelLabel: t("actions.keep") })}
      onConfirm={async () => (await run({ jobId: id })).ok}
    >
      <p>{discard ? t("plan.discardHelp") : t("actions.cancelHelp")}</p>
      {error && <ErrorAlert error={error} />}
    </ConfirmDialog>
  );
}
