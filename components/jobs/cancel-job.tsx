"use client";

import { CircleStop } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useAction } from "#components/forms/use-action.ts";
import { Button } from "#components/ui/button.tsx";
import { Radio } from "#components/ui/checkbox.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { FieldSet } from "#components/ui/field.tsx";
import { cancelJobAction } from "#lib/actions/jobs.ts";
import type { JobKind, JobState } from "#lib/db/generated/enums.ts";
import { isLookUp } from "./job-states.ts";
import { useJobStateText } from "./use-job-state-text.ts";

interface CancelJobProps {
  id: string;
  number: number;
  kind: JobKind;
  /** The job has only a plan so far. */
  discard?: boolean;
  disabled?: boolean;
  /** How the job has ended; null as long as it has not. */
  ended?: JobState | null;
  /** Not to be asked any more; a question that stands stays until it is answered. */
  hidden?: boolean;
}

/** Ends a job; of an export the reader says what becomes of the files that it has written. */
export function CancelJob({
  id,
  number,
  kind,
  discard = false,
  disabled = false,
  ended = null,
  hidden = false,
}: CancelJobProps) {
  const t = useTranslations("jobs");
  const tPruning = useTranslations("pruning");
  const stateText = useJobStateText();
  const [open, setOpen] = useState(false);
  const { run, pending, error, reset } = useAction(cancelJobAction);
  const exports = kind === "export_bundle";
  const [removes, setRemoves] = useState(false);
  const label = discard ? t("plan.discard") : t("actions.cancel");
  // Of a plan nothing has been written that could be gone on with.
  const removeBundle = exports && (discard || removes);
  const changeOpen = (next: boolean) => {
    reset();
    setRemoves(false);
    setOpen(next);
  };
  if (hidden && !open) return null;
  // One that was cancelled from here closes by itself.
  if (ended !== null && !pending) {
    return (
      <ConfirmDialog
        open={open}
        onOpenChange={changeOpen}
        title={t("actions.endedTitle", { number })}
        confirmLabel={null}
        onConfirm={() => true}
      >
        <p role="status">{t("actions.endedHelp", { state: stateText(kind, ended) })}</p>
      </ConfirmDialog>
    );
  }
  return (
    <ConfirmDialog
      open={open}
      trigger={
        <Button variant="danger-outline" disabled={disabled} icon={<CircleStop aria-hidden />}>
          {label}
        </Button>
      }
      onOpenChange={changeOpen}
      title={discard ? t("plan.discardTitle", { number }) : t("actions.cancelTitle", { number })}
      confirmLabel={label}
      {...(!discard && { cancelLabel: t("actions.keep") })}
      onConfirm={async () => (await run({ jobId: id, removeBundle })).ok}
    >
      <p>{helpText()}</p>
      {exports && !discard && (
        <FieldSet legend={t("actions.written")}>
          <Radio
            name="written"
            label={t("actions.keepBundle")}
            help={t("actions.keepBundleHelp")}
            checked={!removes}
            onChange={() => setRemoves(false)}
          />
          <Radio
            name="written"
            label={t("actions.removeBundle")}
            help={t("actions.removeBundleHelp")}
            checked={removes}
            onChange={() => setRemoves(true)}
          />
        </FieldSet>
      )}
      {error && <ErrorAlert error={error} />}
    </ConfirmDialog>
  );

  function helpText(): string {
    if (kind === "prune") return tPruning(discard ? "plan.discardHelp" : "cancelHelp");
    if (discard) return t("plan.discardHelp");
    if (exports) return t("actions.cancelExportHelp");
    return t(isLookUp(kind) ? "actions.cancelLookUpHelp" : "actions.cancelHelp");
  }
}
