"use client";

import { FileCog, RotateCcw } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useAction } from "#components/forms/use-action.ts";
import { Button, ButtonLink } from "#components/ui/button.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { retryJobAction } from "#lib/actions/jobs.ts";
import type { JobKind } from "#lib/db/generated/enums.ts";
import { useErrorText } from "#lib/i18n/use-error-text.ts";
import type { JobSnapshot } from "#lib/services/jobs/index.ts";
import { CancelJob } from "./cancel-job.tsx";
import { CompareJob } from "./compare-job.tsx";
import { JobLogMenu } from "./job-log-menu.tsx";
import { countAll, countDone, isBundleJob, isCopy, isEnded, isLookUp } from "./job-states.ts";
import { MirrorAgain } from "./mirror-again.tsx";

interface JobActionsProps {
  number: number;
  snapshot: JobSnapshot;
  /** Where it brings images to; null: nowhere that clusters pull from. */
  destinationId: string | null;
  mayStart: boolean;
  mayCancel: boolean;
  mayRetry: boolean;
}

/** What can be done with a job in the state that it is in. */
export function JobActions({
  number,
  snapshot,
  destinationId,
  mayStart,
  mayCancel,
  mayRetry,
}: JobActionsProps) {
  const t = useTranslations("jobs.actions");
  const tPruning = useTranslations("pruning");
  const { id, kind, state, tasks, bundle, cancelling } = snapshot;
  const left = countAll(tasks) - countDone(tasks);
  // A bundle may be left to be proven and closed; one that was deleted leaves nothing to go on with.
  // What a release is made of may not have been found at all.
  const isRetryable = isBundleJob(kind) ? bundle !== null : left > 0 || isLookUp(kind);
  return (
    <>
      {mayRetry && (state === "failed" || state === "cancelled") && isRetryable && (
        <RetryJob id={id} label={retryLabel(kind, left)} />
      )}
      {mayCancel && (
        <CancelJob
          id={id}
          number={number}
          kind={kind}
          disabled={cancelling}
          ended={isEnded(state) ? state : null}
          hidden={isEnded(state) || state === "planned"}
        />
      )}
      {mayStart && isEnded(state) && isCopy(kind) && (
        <>
          {kind === "verify" && <MirrorAgain id={id} />}
          <CompareJob id={id} number={number} />
        </>
      )}
      {destinationId !== null && state === "succeeded" && brings(kind) && (
        <ButtonLink href={`/cluster-config?destination=${destinationId}`} icon={<FileCog aria-hidden />}>
          {t("clusterConfig")}
        </ButtonLink>
      )}
      <JobLogMenu jobId={id} />
    </>
  );

  function retryLabel(kind: JobKind, count: number): string {
    if (kind === "prune") return tPruning("retry");
    if (isLookUp(kind)) return count > 0 ? t("retryLookUp", { count }) : t("retryFinding");
    return count > 0 ? t("retry", { count }) : t("retryBundle");
  }
}

/** Clusters can be told of what it has brought. */
const brings = (kind: JobKind): boolean => kind === "mirror" || kind === "import_bundle";

function RetryJob({ id, label }: { id: string; label: string }) {
  const errorText = useErrorText();
  const toast = useToast();
  const router = useRouter();
  const { run, pending } = useAction(retryJobAction);
  const retry = () =>
    void run({ jobId: id }, () => router.refresh()).then((result) => {
      if (result.ok) return;
      const { title, hint } = errorText(result.error);
      toast({ status: "danger", title, description: hint });
    });
  return (
    <Button variant="primary" icon={<RotateCcw aria-hidden />} loading={pending} onClick={retry}>
      {label}
    </Button>
  );
}
