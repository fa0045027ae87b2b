"use client";

import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { JobProgressBar } from "#components/jobs/job-progress-bar.tsx";
import { JobStateLabel } from "#components/jobs/job-state-label.tsx";
import { isEnded } from "#components/jobs/job-states.ts";
import { useJobSnapshot } from "#components/jobs/use-job-snapshot.ts";
import { Card } from "#components/ui/card.tsx";
import { Link } from "#components/ui/link.tsx";
import type { JobSnapshot } from "#lib/services/jobs/index.ts";

interface ReleaseRefreshProps {
  number: number;
  snapshot: JobSnapshot;
}

/** A look-up that is under way; once it has ended the page is read anew. */
export function ReleaseRefresh({ number, snapshot: initial }: ReleaseRefreshProps) {
  const t = useTranslations("catalog.refresh");
  const tJobs = useTranslations("jobs");
  const router = useRouter();
  const { snapshot } = useJobSnapshot(initial);
  const ended = isEnded(snapshot.state);
  useEffect(() => {
    if (ended) router.refresh();
  }, [router, ended]);
  return (
    <Card
      title={t("running")}
      aside={<JobStateLabel kind={snapshot.kind} state={snapshot.state} cancelling={snapshot.cancelling} />}
    >
      <div className="space-y-3">
        <JobProgressBar number={number} snapshot={snapshot} />
        <Link href={`/jobs/${snapshot.id}`} className="text-compact link">
          {tJobs("name", { number })}
        </Link>
      </div>
    </Card>
  );
}
