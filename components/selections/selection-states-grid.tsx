import { useTranslations } from "next-intl";
import { DataGrid } from "#components/datagrid/data-grid.tsx";
import type { GridColumn } from "#components/datagrid/grid-column.ts";
import { OrganizationState } from "#components/organizations/organization-state.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Link } from "#components/ui/link.tsx";
import { RelativeTime } from "#components/ui/time.tsx";
import type { Page } from "#lib/schemas/list-query.ts";
import type { SelectionState, SelectionStateQuery } from "#lib/schemas/selections.ts";

interface SelectionStatesGridProps {
  page: Page<SelectionState>;
  query: SelectionStateQuery;
}

/** Organizations, and how far each has chosen. */
export function SelectionStatesGrid({ page, query }: SelectionStatesGridProps) {
  const t = useTranslations("selections.allOrganizations");
  const tCommon = useTranslations("common");
  const tSelections = useTranslations("selections");
  const columns: GridColumn<SelectionState>[] = [
    {
      id: "displayName",
      label: t("organization"),
      sort: "displayName",
      render: (row) => (
        <Link href={`/organizations/${row.name}/selection`} className="link">
          {row.displayName}
        </Link>
      ),
    },
    {
      id: "name",
      label: tCommon("name"),
      sort: "name",
      hideBelow: "md",
      breakAnywhere: true,
      render: (row) => row.name,
    },
    {
      id: "state",
      label: tCommon("state"),
      hideBelow: "md",
      render: (row) => <OrganizationState isEnabled={row.isEnabled} />,
    },
    { id: "offered", label: t("offered"), align: "end", render: (row) => row.offeredCount },
    {
      id: "saved",
      label: t("saved"),
      align: "end",
      render: (row) => t("savedOf", { saved: row.savedCount, offered: row.offeredCount }),
    },
    {
      id: "last",
      label: t("last"),
      hideBelow: "md",
      render: (row) => (row.savedAt === null ? t("never") : <RelativeTime value={row.savedAt} />),
    },
  ];
  return (
    <DataGrid
      label={tSelections("title")}
      path="/selection"
      query={query}
      page={page}
      columns={columns}
      rowKey={(row) => row.id}
      empty={<EmptyState title={t("emptyTitle")}>{t("emptyHelp")}</EmptyState>}
    />
  );
}
