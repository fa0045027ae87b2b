import { useTranslations } from "next-intl";
import { DataGrid } from "#components/datagrid/data-grid.tsx";
import type { GridColumn } from "#components/datagrid/grid-column.ts";
import { JobStateLabel } from "#components/jobs/job-state-label.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { DateTime } from "#components/ui/time.tsx";
import { ScheduleOutcome } from "#lib/db/generated/enums.ts";
import type { Page } from "#lib/schemas/list-query.ts";
import type { ScheduleRunsQuery, ScheduleRunView } from "#lib/schemas/schedules.ts";
import { RunOutcome } from "./run-outcome.tsx";

interface RunsGridProps {
  scheduleId: string;
  page: Page<ScheduleRunView>;
  query: ScheduleRunsQuery;
}

/** What came of a schedule's times. */
export function RunsGrid({ scheduleId, page, query }: RunsGridProps) {
  const t = useTranslations("schedules");
  const gridQuery = { ...query, outcome: query.outcome.join() };
  const columns: GridColumn<ScheduleRunView>[] = [
    { id: "at", label: t("dueAt"), sort: "at", render: (run) => <DateTime value={run.at} /> },
    { id: "outcome", label: t("outcome"), render: (run) => <RunOutcome run={run} /> },
    {
      id: "job",
      label: t("result"),
      render: (run) =>
        run.error ? (
          <ErrorAlert error={run.error} compact live="off" />
        ) : (
          run.job && <JobStateLabel kind={run.job.kind} state={run.job.state} cancelling={false} />
        ),
    },
  ];
  return (
    <DataGrid
      label={t("history")}
      path={`/schedules/${scheduleId}`}
      query={gridQuery}
      filters={[
        {
          name: "outcome",
          label: t("outcome"),
          options: Object.values(ScheduleOutcome).map((each) => ({
            value: each,
            label: t(`outcomes.${each}`),
          })),
        },
      ]}
      page={page}
      columns={columns}
      rowKey={(run) => run.id}
      empty={<EmptyState title={t("noRuns")}>{t("noRunsHelp")}</EmptyState>}
    />
  );
}
