import { useNow, useTranslations } from "next-intl";
import { useJobOptionText } from "#components/jobs/use-job-option-text.ts";
import { formatPlace } from "#components/registries/format-place.ts";
import { Card } from "#components/ui/card.tsx";
import { Code } from "#components/ui/code.tsx";
import { DescriptionList } from "#components/ui/description-list.tsx";
import { DateTime } from "#components/ui/time.tsx";
import type { ScheduleDetail } from "#lib/schemas/schedules.ts";
import { NextRuns } from "./next-runs.tsx";
import { useCronText } from "./use-cron-text.ts";

/** What a schedule starts, for whom, and when. */
export function ScheduleDetails({ schedule }: { schedule: ScheduleDetail }) {
  const t = useTranslations("schedules");
  const tNew = useTranslations("jobs.new");
  const tCommon = useTranslations("common");
  const optionText = useJobOptionText();
  const cronText = useCronText();
  const now = useNow();
  const { work, kind, cron, timeZone, organization, releases, target, source } = schedule;
  const words = cronText(cron);
  return (
    <div className="grid gap-5 lg:grid-cols-2">
      <Card title={t("what")}>
        <DescriptionList
          items={[
            { label: t("kind"), value: t(`kinds.${kind}`) },
            { label: t("organization"), value: organization?.displayName ?? tCommon("provider") },
            ...("releaseIds" in work
              ? [
                  {
                    label: t("releases"),
                    value:
                      releases.length === 0
                        ? t("gone")
                        : releases.map(({ name, version }) => `${name} ${version}`).join(", "),
                  },
                ]
              : []),
            ...("destinationId" in work
              ? [
                  {
                    label: tNew("sourceRegistry"),
                    value:
                      work.sourceRegistryId === null ? (
                        tNew("ownRegistries")
                      ) : source ? (
                        <Code>{formatPlace({ host: source.host, basePath: work.sourceBasePath })}</Code>
                      ) : (
                        t("gone")
                      ),
                  },
                  {
                    label: tNew("destination"),
                    value: target ? <Code>{formatPlace(target)}</Code> : t("gone"),
                  },
                  { label: t("options"), value: optionText(work).join(", ") },
                ]
              : []),
            { label: t("owner"), value: schedule.owner.displayName },
            { label: tCommon("createdAt"), value: <DateTime value={schedule.createdAt} /> },
          ]}
        />
      </Card>
      <Card title={t("when")}>
        <DescriptionList
          items={[
            {
              label: t("when"),
              value: words === cron ? <Code>{cron}</Code> : `${words} (${cron})`,
            },
            { label: t("timeZone"), value: timeZone },
            {
              label: t("nextRuns"),
              value:
                schedule.state === "active" ? (
                  <NextRuns cron={cron} timeZone={timeZone} after={now} />
                ) : (
                  t("noneWhileIdle")
                ),
            },
          ]}
        />
      </Card>
    </div>
  );
}
