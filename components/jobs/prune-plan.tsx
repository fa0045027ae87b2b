"use client";

import { Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useAction } from "#components/forms/use-action.ts";
import { GarbageNote } from "#components/pruning/garbage-note.tsx";
import { QueryFailure } from "#components/query/query-failure.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import { Stat, StatGroup } from "#components/ui/stat.tsx";
import { confirmJobAction } from "#lib/actions/jobs.ts";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { JobSnapshot } from "#lib/services/jobs/index.ts";
import type { PruneSummary } from "#lib/services/pruning/index.ts";
import { CancelJob } from "./cancel-job.tsx";
import { usePruneSummary } from "./use-prune-summary.ts";

interface PrunePlanProps {
  number: number;
  snapshot: JobSnapshot;
  /** `host[:port]` where it deletes. */
  registry: string;
  mayConfirm: boolean;
  mayCancel: boolean;
}

/** What a clean-up would delete, and the word that it waits for. */
export function PrunePlan({ number, snapshot, registry, mayConfirm, mayCancel }: PrunePlanProps) {
  const t = useTranslations("pruning");
  const tCommon = useTranslations("common");
  const { data: summary, error, refetch } = usePruneSummary(snapshot);
  return (
    <Card
      title={t("plan.title")}
      footer={
        (mayConfirm || mayCancel) && (
          <>
            {mayConfirm && summary && (
              <ConfirmPrune jobId={snapshot.id} registry={registry} summary={summary} />
            )}
            {mayCancel && <CancelJob id={snapshot.id} number={number} kind="prune" discard />}
          </>
        )
      }
    >
      <div className="space-y-4">
        <Alert status="info" live="off">
          {t("plan.help")}
        </Alert>
        {summary ? (
          <>
            <PlanFigures summary={summary} />
            <GarbageNote registry={registry} deletion={summary.deletion} />
          </>
        ) : error ? (
          <QueryFailure error={error} onRetry={() => void refetch()} />
        ) : (
          <Spinner label={tCommon("loading")} />
        )}
      </div>
    </Card>
  );
}

function PlanFigures({ summary }: { summary: PruneSummary }) {
  const t = useTranslations("pruning.figures");
  const formats = useFormats();
  const { images, deletions, kept, knownBytes, unknownSizes } = summary;
  return (
    <StatGroup>
      <Stat label={t("images")} value={formats.number(images.total)} />
      <Stat label={t("deletions")} value={formats.number(deletions.planned)} detail={t("deletionsHelp")} />
      <Stat label={t("kept")} value={formats.number(kept)} detail={t("keptHelp")} />
      <Stat
        label={t("freed")}
        value={unknownSizes > 0 && knownBytes === 0 ? "–" : formats.bytes(knownBytes)}
        detail={unknownSizes > 0 ? t("unknownSizes", { count: unknownSizes }) : t("freedHelp")}
      />
    </StatGroup>
  );
}

interface ConfirmPruneProps {
  jobId: string;
  registry: string;
  summary: PruneSummary;
}

function ConfirmPrune({ jobId, registry, summary }: ConfirmPruneProps) {
  const t = useTranslations("pruning");
  const { run, error, reset } = useAction(confirmJobAction);
  const count = summary.deletions.planned;
  const label = t(count === 0 ? "plan.confirmNone" : "plan.confirm");
  return (
    <ConfirmDialog
      trigger={
        <Button variant="danger" icon={<Trash2 aria-hidden />}>
          {label}
        </Button>
      }
      onOpenChange={reset}
      title={t("plan.confirmTitle", { count, registry })}
      confirmLabel={label}
      onConfirm={async () => (await run({ jobId })).ok}
    >
      <p>{count === 0 ? t("plan.noneHelp") : t("plan.confirmHelp", { count: summary.images.total })}</p>
      {count > 0 && <p>{t("garbage")}</p>}
      {error && <ErrorAlert error={error} />}
    </ConfirmDialog>
  );
}
