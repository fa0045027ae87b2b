import { useTranslations } from "next-intl";
import { JobStateLabel } from "#components/jobs/job-state-label.tsx";
import { useJobKindText } from "#components/jobs/use-job-kind-text.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { Link } from "#components/ui/link.tsx";
import { RelativeTime } from "#components/ui/time.tsx";
import type { JobSummary } from "#lib/services/jobs/index.ts";

/** The last runs and how they ended. */
export function RecentJobs({ jobs }: { jobs: JobSummary[] }) {
  const t = useTranslations("overview");
  const tJobs = useTranslations("jobs");
  const kindText = useJobKindText();
  return (
    <Card
      title={t("recent")}
      aside={
        <Link href="/jobs" className="text-compact link">
          {t("allJobs")}
        </Link>
      }
      flush
    >
      {jobs.length === 0 ? (
        <p className="px-4 py-3 text-compact text-muted">{t("noRecent")}</p>
      ) : (
        <ul className="divide-y divide-line">
          {jobs.map((job) => (
            <li key={job.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5 text-compact">
              <Link href={`/jobs/${job.id}`} className="font-semibold link">
                {tJobs("name", { number: job.number })}
              </Link>
              <JobStateLabel kind={job.kind} state={job.state} cancelling={false} />
              <span className="min-w-0 flex-1 truncate">
                {job.releases.map(({ name, version }) => `${name} ${version}`).join(", ")}
              </span>
              {(job.kind !== "mirror" || job.organization) && <Badge status="info">{kindText(job)}</Badge>}
              {job.finishedAt !== null && (
                <span className="text-muted">
                  <RelativeTime value={job.finishedAt} />
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
