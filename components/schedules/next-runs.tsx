import { useLocale, useTranslations } from "next-intl";
import { createFormats } from "#lib/i18n/formats.ts";
import { listNextRuns } from "#lib/schemas/cron.ts";

const shownRuns = 5;

interface NextRunsProps {
  /** A line that holds. */
  cron: string;
  timeZone: string;
  after: Date;
}

/** The next times, by the clocks of the schedule's own time zone. */
export function NextRuns({ cron, timeZone, after }: NextRunsProps) {
  const t = useTranslations("schedules");
  const formats = createFormats(useLocale(), timeZone);
  return (
    <ol aria-label={t("nextRuns")} className="space-y-0.5 text-compact tabular-nums">
      {listNextRuns(cron, timeZone, after, shownRuns).map((run) => (
        <li key={run.getTime()}>
          <time dateTime={run.toISOString()}>{formats.fullDateTime(run)}</time>
        </li>
      ))}
    </ol>
  );
}
