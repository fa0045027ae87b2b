import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { RefreshWhileDue } from "#components/schedules/refresh-while-due.tsx";
import { RunsGrid } from "#components/schedules/runs-grid.tsx";
import { ScheduleActions } from "#components/schedules/schedule-actions.tsx";
import { ScheduleDetails } from "#components/schedules/schedule-details.tsx";
import { ScheduleStateLabel } from "#components/schedules/schedule-state.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { orNotFound, pageParams, type PageSearch } from "#lib/routes/page-input.ts";
import { type ScheduleDetail, scheduleParams, scheduleRunsQuery } from "#lib/schemas/schedules.ts";
import { getSchedule, listScheduleRuns } from "#lib/services/schedules/index.ts";

interface SchedulePageProps {
  params: Promise<unknown>;
  searchParams: PageSearch;
}

export async function generateMetadata({ params }: SchedulePageProps): Promise<Metadata> {
  const access = await authorizePage("schedule.read");
  const { schedule: id } = await pageParams(params, scheduleParams);
  return { title: (await orNotFound(getSchedule(access, id))).name };
}

export default async function SchedulePage({ params, searchParams }: SchedulePageProps) {
  const access = await authorizePage("schedule.read");
  const { schedule: id } = await pageParams(params, scheduleParams);
  const query = scheduleRunsQuery.parse(await searchParams);
  const schedule = await orNotFound(getSchedule(access, id));
  const [runs, t] = await Promise.all([
    orNotFound(listScheduleRuns(access, id, query)),
    getTranslations("schedules"),
  ]);
  return (
    <>
      <PageHeader
        title={schedule.name}
        trail={[{ href: "/schedules", label: t("title") }]}
        aside={<ScheduleStateLabel state={schedule.state} />}
        actions={schedule.mayChange && <ScheduleActions schedule={schedule} />}
      />
      {schedule.stop && <ErrorAlert error={schedule.stop} live="off" />}
      <ScheduleDetails schedule={schedule} />
      <section className="space-y-3">
        <h2 className="text-base font-semibold">{t("history")}</h2>
        <RunsGrid scheduleId={id} page={runs} query={query} />
      </section>
      <RefreshWhileDue due={findDue(schedule)} />
    </>
  );
}

/** The time that a worker is to take up now, if one is. */
function findDue({ nextRunAt, lastRun }: ScheduleDetail): string | null {
  if (nextRunAt !== null && Date.parse(nextRunAt) <= Date.now()) return nextRunAt;
  return lastRun?.outcome === null ? lastRun.at : null;
}
