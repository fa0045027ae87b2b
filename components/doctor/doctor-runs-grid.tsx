import { useTranslations } from "next-intl";
import { DataGrid } from "#components/datagrid/data-grid.tsx";
import type { GridColumn } from "#components/datagrid/grid-column.ts";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Link } from "#components/ui/link.tsx";
import { DateTime } from "#components/ui/time.tsx";
import { DoctorAsker, FindingSeverity } from "#lib/db/generated/enums.ts";
import { type DoctorRunRow, type DoctorRunsQuery, formatAddress } from "#lib/schemas/doctor.ts";
import type { Page } from "#lib/schemas/list-query.ts";
import { DoctorRunMenu } from "./doctor-run-menu.tsx";
import { RunStateLabel } from "./run-state-label.tsx";

interface DoctorRunsGridProps {
  page: Page<DoctorRunRow>;
  query: DoctorRunsQuery;
  mayRun: boolean;
}

/** Examinations that were made. */
export function DoctorRunsGrid({ page, query, mayRun }: DoctorRunsGridProps) {
  const t = useTranslations("doctor");
  const gridQuery = { ...query, worst: query.worst.join(), askedBy: query.askedBy.join() };
  const columns: GridColumn<DoctorRunRow>[] = [
    {
      id: "host",
      label: t("target"),
      sort: "host",
      rowHeader: true,
      breakAnywhere: true,
      render: (run) => (
        <Link href={`/doctor/${run.id}`} className="link">
          {formatAddress(run)}
        </Link>
      ),
    },
    { id: "worst", label: t("worst"), render: (run) => <RunStateLabel run={run} /> },
    {
      id: "askedBy",
      label: t("askedBy"),
      hideBelow: "md",
      render: (run) => t(`askedByNames.${run.askedBy}`),
    },
    { id: "createdBy", label: t("by"), hideBelow: "lg", render: (run) => run.createdByName },
    {
      id: "createdAt",
      label: t("when"),
      sort: "createdAt",
      render: (run) => <DateTime value={run.createdAt} />,
    },
  ];
  return (
    <DataGrid
      label={t("runs")}
      path="/doctor"
      query={gridQuery}
      page={page}
      columns={columns}
      filters={[
        {
          name: "worst",
          label: t("worst"),
          options: [
            FindingSeverity.error,
            FindingSeverity.warning,
            FindingSeverity.notice,
            FindingSeverity.ok,
          ].map((each) => ({ value: each, label: t(`severities.${each}`) })),
        },
        {
          name: "askedBy",
          label: t("askedBy"),
          options: Object.values(DoctorAsker).map((each) => ({
            value: each,
            label: t(`askedByNames.${each}`),
          })),
        },
      ]}
      rowKey={(run) => run.id}
      {...(mayRun && { rowActions: (run: DoctorRunRow) => <DoctorRunMenu run={run} /> })}
      empty={<EmptyState title={t("empty")}>{t("emptyHelp")}</EmptyState>}
    />
  );
}
