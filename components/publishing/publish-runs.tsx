import { useTranslations } from "next-intl";
import { formatGridHref } from "#components/datagrid/grid-href.ts";
import { JobStateLabel } from "#components/jobs/job-state-label.tsx";
import { useJobKindText } from "#components/jobs/use-job-kind-text.ts";
import { Card } from "#components/ui/card.tsx";
import { Link } from "#components/ui/link.tsx";
import { RelativeTime } from "#components/ui/time.tsx";
import type { JobSummary } from "#lib/services/jobs/index.ts";

interface PublishRunsProps {
  jobs: JobSummary[];
  /** Of the organization, to list all of them; null where the reader sees no other's. */
  organizationId: string | null;
}

/** The latest jobs that brought something to the organization's destination, or took it away. */
export function PublishRuns({ jobs, organizationId }: PublishRunsProps) {
  const t = useTranslations("publishing");
  const tJobs = useTranslations("jobs");
  const kindText = useJobKindText();
  const own = organizationId === null ? {} : { organization: organizationId };
  return (
    <Card
      title={t("jobs")}
      aside={
        <span className="flex flex-wrap gap-x-4 text-compact">
          <Link href={formatGridHref("/schedules", { kind: "publish", ...own })} className="link">
            {t("schedules")}
          </Link>
          <Link href={formatGridHref("/jobs", own)} className="link">
            {t("allJobs")}
          </Link>
        </span>
      }
      flush
    >
      {jobs.length === 0 ? (
        <p className="px-4 py-3 text-compact text-muted">{t("noJobs")}</p>
      ) : (
        <ul className="divide-y divide-line">
          {jobs.map((job) => (
            <li key={job.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5 text-compact">
              <Link href={`/jobs/${job.id}`} className="font-semibold link">
                {tJobs("name", { number: job.number })}
              </Link>
              <JobStateLabel kind={job.kind} state={job.state} cancelling={job.cancelling} />
              <span className="min-w-0 flex-1 truncate">{kindText(job)}</span>
              <span className="text-muted">
                <RelativeTime value={job.finishedAt ?? job.createdAt} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
