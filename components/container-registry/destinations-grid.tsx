import { useTranslations } from "next-intl";
import { DataGrid } from "#components/datagrid/data-grid.tsx";
import type { GridColumn, GridFilter } from "#components/datagrid/grid-column.ts";
import { formatPlace } from "#components/registries/format-place.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Code } from "#components/ui/code.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Link } from "#components/ui/link.tsx";
import type {
  OrganizationDestinationRow,
  OrganizationDestinationsQuery,
} from "#lib/schemas/container-registry.ts";
import type { Page } from "#lib/schemas/list-query.ts";
import { DestinationMenu } from "./destination-menu.tsx";

interface DestinationsGridProps {
  page: Page<OrganizationDestinationRow>;
  query: OrganizationDestinationsQuery;
  mayWrite: boolean;
}

/** Organizations, with where each publishes to. */
export function DestinationsGrid({ page, query, mayWrite }: DestinationsGridProps) {
  const t = useTranslations("containerRegistry");
  const columns: GridColumn<OrganizationDestinationRow>[] = [
    {
      id: "displayName",
      label: t("organization"),
      sort: "displayName",
      render: (row) => (
        <Link href={`/organizations/${row.name}`} className="link">
          {row.displayName}
        </Link>
      ),
    },
    {
      id: "kind",
      label: t("kind"),
      render: ({ isPrivate }) => (
        <Badge status={isPrivate ? "info" : "neutral"}>
          {t(`kinds.${isPrivate ? "private" : "shared"}`)}
        </Badge>
      ),
    },
    {
      id: "path",
      label: t("path"),
      breakAnywhere: true,
      render: ({ place }) =>
        place === null ? (
          <span className="text-muted">{t("noPlace")}</span>
        ) : (
          <Code>{formatPlace(place)}</Code>
        ),
    },
    {
      id: "registry",
      label: t("registry"),
      hideBelow: "md",
      render: ({ place }) =>
        place === null ? (
          "–"
        ) : (
          <Link href={`/registries/${place.registry.id}`} className="link">
            {place.registry.name}
          </Link>
        ),
    },
  ];
  const filters: GridFilter[] = [
    {
      name: "kind",
      label: t("kind"),
      options: (["private", "shared"] as const).map((kind) => ({ value: kind, label: t(`kinds.${kind}`) })),
    },
  ];
  return (
    <DataGrid
      label={t("organizations")}
      path="/settings/container-registry"
      query={query}
      page={page}
      columns={columns}
      filters={filters}
      rowKey={(row) => row.id}
      {...(mayWrite && {
        rowActions: (row: OrganizationDestinationRow) => <DestinationMenu organization={row} />,
      })}
      empty={<EmptyState title={t("emptyOrganizations")}>{t("emptyOrganizationsHelp")}</EmptyState>}
    />
  );
}
