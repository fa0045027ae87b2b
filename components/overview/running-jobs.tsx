"use client";

import { useTranslations } from "next-intl";
import { JobProgressBar } from "#components/jobs/job-progress-bar.tsx";
import { JobRoute } from "#components/jobs/job-route.tsx";
import { JobStateLabel } from "#components/jobs/job-state-label.tsx";
import { useJobSnapshot } from "#components/jobs/use-job-snapshot.ts";
import { Card } from "#components/ui/card.tsx";
import { Link } from "#components/ui/link.tsx";
import type { JobDetail } from "#lib/services/jobs/index.ts";

interface RunningJobsProps {
  jobs: JobDetail[];
  /** All that run, shown or not. */
  total: number;
}

/** Jobs that are on their way, as they go. */
export function RunningJobs({ jobs, total }: RunningJobsProps) {
  const t = useTranslations("overview");
  return (
    <Card
      title={t("running")}
      aside={
        total > jobs.length && (
          <Link href="/jobs?state=queued,planning,planned,running" className="text-compact link">
            {t("allRunning", { count: total })}
          </Link>
        )
      }
      flush
    >
      {jobs.length === 0 ? (
        <p className="px-4 py-3 text-compact text-muted">{t("nothingRuns")}</p>
      ) : (
        <ul className="divide-y divide-line">
          {jobs.map((job) => (
            <RunningJob key={job.id} job={job} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function RunningJob({ job }: { job: JobDetail }) {
  const t = useTranslations("jobs");
  const { snapshot } = useJobSnapshot(job.snapshot);
  return (
    <li className="space-y-2 px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Link href={`/jobs/${job.id}`} className="font-semibold link">
          {t("name", { number: job.number })}
        </Link>
        <JobStateLabel kind={job.kind} state={snapshot.state} cancelling={snapshot.cancelling} />
        <span className="min-w-0 text-compact">
          <JobRoute {...job} />
        </span>
      </div>
      <JobProgressBar number={job.number} snapshot={snapshot} />
    </li>
  );
}
