import { useTranslations } from "next-intl";
import { JobStateLabel } from "#components/jobs/job-state-label.tsx";
import { Card } from "#components/ui/card.tsx";
import { Link } from "#components/ui/link.tsx";
import type { BundleDetail } from "#lib/services/bundles/bundle-views.ts";

/** The jobs that wrote a bundle or read it. */
export function BundleJobs({ jobs }: Pick<BundleDetail, "jobs">) {
  const t = useTranslations("jobs");
  if (jobs.length === 0) return null;
  return (
    <Card title={t("title")} flush>
      <ul className="divide-y divide-line">
        {jobs.map(({ id, number, kind, state }) => (
          <li key={id} className="flex flex-wrap items-center gap-x-6 gap-y-1 px-4 py-2 text-compact">
            <Link href={`/jobs/${id}`} className="link tabular-nums">
              {t("name", { number })}
            </Link>
            <span className="min-w-40 flex-1">{t(`kinds.${kind}`)}</span>
            <JobStateLabel kind={kind} state={state} cancelling={false} />
          </li>
        ))}
      </ul>
    </Card>
  );
}
