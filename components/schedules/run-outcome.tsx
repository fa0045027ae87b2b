import { LoaderCircle, SkipForward } from "lucide-react";
import { useTranslations } from "next-intl";
import { StatusLabel } from "#components/ui/badge.tsx";
import { Link } from "#components/ui/link.tsx";
import type { ScheduleRunView } from "#lib/schemas/schedules.ts";

const looks = {
  started: { status: "success" },
  skipped: { status: "warning", icon: SkipForward },
  failed: { status: "danger" },
} as const;

/** What came of a run, with the job that it has started. */
export function RunOutcome({ run }: { run: Pick<ScheduleRunView, "outcome" | "job"> }) {
  const t = useTranslations("schedules.outcomes");
  const { outcome, job } = run;
  if (outcome === null) {
    return (
      <StatusLabel status="info" icon={LoaderCircle} busy>
        {t("starting")}
      </StatusLabel>
    );
  }
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2">
      <StatusLabel {...looks[outcome]}>{t(outcome)}</StatusLabel>
      {job && (
        <Link href={`/jobs/${job.id}`} className="link tabular-nums">
          {`#${job.number}`}
        </Link>
      )}
    </span>
  );
}
