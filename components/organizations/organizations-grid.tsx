import { useTranslations } from "next-intl";
import { DataGrid } from "#components/datagrid/data-grid.tsx";
import type { GridColumn, GridFilter } from "#components/datagrid/grid-column.ts";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Link } from "#components/ui/link.tsx";
import { DateTime } from "#components/ui/time.tsx";
import type { Page } from "#lib/schemas/list-query.ts";
import type { OrganizationListQuery, OrganizationRow } from "#lib/schemas/organizations.ts";
import { CreateOrganization } from "./create-organization.tsx";
import { OrganizationMenu } from "./organization-menu.tsx";
import { OrganizationState } from "./organization-state.tsx";

interface OrganizationsGridProps {
  page: Page<OrganizationRow>;
  query: OrganizationListQuery;
  mayWrite: boolean;
}

export function OrganizationsGrid({ page, query, mayWrite }: OrganizationsGridProps) {
  const t = useTranslations("organizations");
  const tCommon = useTranslations("common");
  const columns: GridColumn<OrganizationRow>[] = [
    {
      id: "displayName",
      label: t("displayName"),
      sort: "displayName",
      render: (row) => (
        <Link href={`/organizations/${row.name}`} className="link">
          {row.displayName}
        </Link>
      ),
    },
    {
      id: "name",
      label: t("name"),
      sort: "name",
      breakAnywhere: true,
      hideBelow: "md",
      render: (row) => row.name,
    },
    {
      id: "state",
      label: tCommon("state"),
      render: (row) => <OrganizationState isEnabled={row.isEnabled} />,
    },
    { id: "users", label: t("users"), sort: "users", align: "end", render: (row) => row.userCount },
    {
      id: "registries",
      label: t("registries"),
      align: "end",
      hideBelow: "md",
      render: (row) => row.registryCount,
    },
    { id: "jobs", label: t("jobs"), align: "end", hideBelow: "md", render: (row) => row.jobCount },
    {
      id: "created",
      label: t("created"),
      sort: "createdAt",
      hideBelow: "lg",
      render: (row) => <DateTime value={row.createdAt} />,
    },
  ];
  const filters: GridFilter[] = [
    {
      name: "state",
      label: tCommon("state"),
      options: [
        { value: "enabled", label: tCommon("enabled") },
        { value: "disabled", label: tCommon("disabled") },
      ],
    },
  ];
  return (
    <DataGrid
      label={t("title")}
      path="/organizations"
      query={query}
      page={page}
      columns={columns}
      filters={filters}
      rowKey={(row) => row.id}
      {...(mayWrite && { rowActions: (row: OrganizationRow) => <OrganizationMenu organization={row} /> })}
      empty={
        <EmptyState title={t("emptyTitle")} action={mayWrite && <CreateOrganization />}>
          {t("emptyHint")}
        </EmptyState>
      }
    />
  );
}
