"use client";

import { useTranslations } from "next-intl";
import { ExamineLink } from "#components/doctor/examine-link.tsx";
import { GoneAlert } from "#components/layout/gone-alert.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { findExaminable } from "#lib/schemas/doctor.ts";
import type { FailureGroup, JobDetail } from "#lib/services/jobs/index.ts";
import { JobActions } from "./job-actions.tsx";
import { JobDetails } from "./job-details.tsx";
import { JobFailures } from "./job-failures.tsx";
import { type InitialLists, JobLists } from "./job-lists.tsx";
import { JobNotices } from "./job-notices.tsx";
import { JobPlan } from "./job-plan.tsx";
import { JobProgress } from "./job-progress.tsx";
import { JobStateLabel } from "./job-state-label.tsx";
import { isLookUp } from "./job-states.ts";
import { LeftOut } from "./left-out.tsx";
import { PrunePlan } from "./prune-plan.tsx";
import { JobTitle } from "./job-title.tsx";
import { RequestLimit } from "./request-limit.tsx";
import { StoreWait } from "./store-wait.tsx";
import { useJobStateText } from "./use-job-state-text.ts";
import { useJobSnapshot } from "./use-job-snapshot.ts";

interface LiveJobProps {
  job: JobDetail;
  /** The list that the address asks for, and why images failed, as they were when the page was made. */
  lists: InitialLists;
  failures: FailureGroup[];
  mayStart: boolean;
  mayConfirm: boolean;
  mayCancel: boolean;
  mayRetry: boolean;
  /** Whether the reader may have registries examined. */
  mayExamine: boolean;
  /** Whether the reader may see registries and bundles themselves. */
  linkPlaces: boolean;
}

/** A job as it goes: shown at once as the server knew it, then kept right by events. */
export function LiveJob(props: LiveJobProps) {
  const { job, mayStart, mayRetry } = props;
  const t = useTranslations("jobs");
  const stateText = useJobStateText();
  const { number } = job;
  const { snapshot, gone } = useJobSnapshot(job.snapshot);
  const [mayConfirm, mayCancel] = [props.mayConfirm && !gone, props.mayCancel && !gone];
  const { state, cancelling, error } = snapshot;
  const registry = job.target?.host ?? "";
  const host = error && props.mayExamine ? findExaminable(error) : null;
  return (
    <>
      <JobTitle number={number} snapshot={snapshot} />
      <PageHeader
        title={t("name", { number })}
        trail={[{ href: "/jobs", label: t("title") }]}
        aside={!gone && <JobStateLabel kind={snapshot.kind} state={state} cancelling={cancelling} />}
        actions={
          !gone && (
            <JobActions
              number={number}
              snapshot={snapshot}
              destinationId={job.target?.destinationId ?? null}
              mayStart={mayStart}
              mayCancel={mayCancel}
              mayRetry={mayRetry}
            />
          )
        }
      />
      {gone && <GoneAlert title={t("gone")} list={{ href: "/jobs", name: t("title") }} />}
      {/* Figures change too often to be read out; a state does not. */}
      <p role="status" className="sr-only">
        {t("stateChanged", { number, state: cancelling ? t("cancelling") : stateText(snapshot.kind, state) })}
      </p>
      {error && <ErrorAlert error={error} live="off" action={host !== null && <ExamineLink host={host} />} />}
      <JobNotices notices={snapshot.notices} />
      <RequestLimit limited={snapshot.limited} />
      <StoreWait waitsForStore={snapshot.waitsForStore} />
      {state !== "planned" ? (
        <JobProgress number={number} snapshot={snapshot} registry={registry} />
      ) : snapshot.kind === "prune" ? (
        <PrunePlan
          number={number}
          snapshot={snapshot}
          registry={registry}
          mayConfirm={mayConfirm}
          mayCancel={mayCancel}
        />
      ) : (
        <JobPlan number={number} snapshot={snapshot} mayConfirm={mayConfirm} mayCancel={mayCancel} />
      )}
      {!isLookUp(snapshot.kind) && <LeftOut leftOut={snapshot.leftOut} />}
      <JobFailures snapshot={snapshot} initial={props.failures} mayExamine={props.mayExamine} />
      <JobDetails job={job} snapshot={snapshot} linkPlaces={props.linkPlaces} />
      <JobLists snapshot={snapshot} initial={props.lists} />
    </>
  );
}
