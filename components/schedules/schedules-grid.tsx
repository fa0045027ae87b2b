import { useTranslations } from "next-intl";
import { DataGrid } from "#components/datagrid/data-grid.tsx";
import type { GridColumn, GridFilter } from "#components/datagrid/grid-column.ts";
import { ButtonLink } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Link } from "#components/ui/link.tsx";
import { DateTime } from "#components/ui/time.tsx";
import { ScheduleKind } from "#lib/db/generated/enums.ts";
import type { Page } from "#lib/schemas/list-query.ts";
import type { OrganizationChoice } from "#lib/schemas/organizations.ts";
import type { ScheduleRow, SchedulesQuery } from "#lib/schemas/schedules.ts";
import { RunOutcome } from "./run-outcome.tsx";
import { ScheduleMenu } from "./schedule-menu.tsx";
import { ScheduleStateLabel } from "./schedule-state.tsx";
import { ScheduleWhat } from "./schedule-what.tsx";
import { useCronText } from "./use-cron-text.ts";

interface SchedulesGridProps {
  page: Page<ScheduleRow>;
  query: SchedulesQuery;
  mayWrite: boolean;
  /** To filter by; null where one organization is all there is to see. */
  organizations: OrganizationChoice[] | null;
}

export function SchedulesGrid({ page, query, mayWrite, organizations }: SchedulesGridProps) {
  const t = useTranslations("schedules");
  const tCommon = useTranslations("common");
  const cronText = useCronText();
  const gridQuery = { ...query, kind: query.kind.join() };
  const columns: GridColumn<ScheduleRow>[] = [
    {
      id: "name",
      label: tCommon("name"),
      sort: "name",
      render: (row) => (
        <Link href={`/schedules/${row.id}`} className="link">
          {row.name}
        </Link>
      ),
    },
    { id: "state", label: tCommon("state"), render: (row) => <ScheduleStateLabel state={row.state} /> },
    { id: "what", label: t("what"), hideBelow: "md", render: (row) => <ScheduleWhat {...row} /> },
    {
      id: "when",
      label: t("when"),
      hideBelow: "md",
      render: (row) => (
        <>
          {cronText(row.cron)}
          <span className="block text-xs text-muted">{row.timeZone}</span>
        </>
      ),
    },
    {
      id: "nextRunAt",
      label: t("nextRun"),
      sort: "nextRunAt",
      render: (row) => (row.nextRunAt === null ? "–" : <DateTime value={row.nextRunAt} />),
    },
    {
      id: "lastRun",
      label: t("lastRun"),
      hideBelow: "lg",
      render: (row) =>
        row.lastRun === null ? (
          t("neverRun")
        ) : (
          <>
            <RunOutcome run={row.lastRun} />
            <span className="block text-xs text-muted">
              <DateTime value={row.lastRun.at} />
            </span>
          </>
        ),
    },
  ];
  const filters: GridFilter[] = [];
  if (organizations) {
    columns.push({
      id: "organization",
      label: t("organization"),
      hideBelow: "lg",
      render: (row) => row.organization?.displayName ?? tCommon("provider"),
    });
    filters.push(
      {
        name: "kind",
        label: t("kind"),
        options: Object.values(ScheduleKind).map((kind) => ({ value: kind, label: t(`kinds.${kind}`) })),
      },
      {
        name: "organization",
        label: t("organization"),
        options: organizations.map(({ id, displayName }) => ({ value: id, label: displayName })),
      },
    );
  }
  return (
    <DataGrid
      label={t("title")}
      path="/schedules"
      query={gridQuery}
      page={page}
      columns={columns}
      filters={filters}
      rowKey={(row) => row.id}
      {...(mayWrite && {
        rowActions: (row: ScheduleRow) => row.mayChange && <ScheduleMenu schedule={row} />,
      })}
      empty={
        <EmptyState
          title={t("empty")}
          action={
            mayWrite && (
              <ButtonLink href="/schedules/new" variant="primary">
                {t("new")}
              </ButtonLink>
            )
          }
        >
          {t(organizations ? "emptyHelp" : "emptyTenant")}
        </EmptyState>
      }
    />
  );
}
