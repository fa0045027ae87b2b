"use client";

import { Play } from "lucide-react";
import { useTranslations } from "next-intl";
import { useAction } from "#components/forms/use-action.ts";
import { Alert } from "#components/ui/alert.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { Stat, StatGroup } from "#components/ui/stat.tsx";
import { confirmJobAction } from "#lib/actions/jobs.ts";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { JobSnapshot } from "#lib/services/jobs/index.ts";
import { CancelJob } from "./cancel-job.tsx";
import { countAll } from "./job-states.ts";
import { PlannedBundle } from "./planned-bundle.tsx";

interface JobPlanProps {
  number: number;
  snapshot: JobSnapshot;
  mayConfirm: boolean;
  mayCancel: boolean;
}

/** What planning found, and the word that the job waits for. */
export function JobPlan({ number, snapshot, mayConfirm, mayCancel }: JobPlanProps) {
  const t = useTranslations("jobs.plan");
  const formats = useFormats();
  const { run, pending, error } = useAction(confirmJobAction);
  const { id, kind, tasks, bytes, bundle } = snapshot;
  const exports = kind === "export_bundle";
  return (
    <Card
      title={t("title")}
      footer={
        (mayConfirm || mayCancel) && (
          <>
            {mayConfirm && (
              <Button
                variant="primary"
                icon={<Play aria-hidden />}
                loading={pending}
                onClick={() => void run({ jobId: id })}
              >
                {t(exports ? "confirmExport" : "confirm")}
              </Button>
            )}
            {mayCancel && <CancelJob id={id} number={number} kind={kind} discard />}
          </>
        )
      }
    >
      <div className="space-y-4">
        <Alert status="info" live="off">
          {t(exports ? "exportHelp" : "help")}
        </Alert>
        {error && <ErrorAlert error={error} />}
        <StatGroup>
          <Stat label={t("images")} value={formats.number(countAll(tasks))} />
          {/* Where there is no earlier bundle, nothing needs to be said of it. */}
          {(!exports || tasks.skipped > 0) && (
            <Stat label={t(exports ? "inBase" : "alreadyThere")} value={formats.number(tasks.skipped)} />
          )}
          <Stat label={t("toCopy")} value={formats.number(tasks.queued)} />
          <Stat
            label={t("toTransfer")}
            value={formats.bytes(bytes.total)}
            detail={t(exports ? "toFetchHelp" : "toTransferHelp")}
          />
          <Stat label={t("notFound")} value={formats.number(tasks.failed)} />
        </StatGroup>
        {exports && bundle && <PlannedBundle id={bundle.id} />}
      </div>
    </Card>
  );
}
