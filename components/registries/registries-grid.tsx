import { useTranslations } from "next-intl";
import { DataGrid } from "#components/datagrid/data-grid.tsx";
import type { GridColumn } from "#components/datagrid/grid-column.ts";
import { ButtonLink } from "#components/ui/button.tsx";
import { Code } from "#components/ui/code.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Link } from "#components/ui/link.tsx";
import { RelativeTime } from "#components/ui/time.tsx";
import type { Page } from "#lib/schemas/list-query.ts";
import type { RegistryListQuery, RegistryRow } from "#lib/schemas/registries.ts";
import { HealthLabel } from "./health-label.tsx";
import { RegistryMenu } from "./registry-menu.tsx";
import { TlsLabel } from "./tls-label.tsx";

interface RegistriesGridProps {
  page: Page<RegistryRow>;
  query: RegistryListQuery;
  mayWrite: boolean;
  /** The reader sees one organization only. */
  isTenant: boolean;
}

export function RegistriesGrid({ page, query, mayWrite, isTenant }: RegistriesGridProps) {
  const t = useTranslations("registries");
  const tCommon = useTranslations("common");
  const columns: GridColumn<RegistryRow>[] = [
    {
      id: "name",
      label: tCommon("name"),
      sort: "name",
      render: (row) => (
        <Link href={`/registries/${row.id}`} className="link">
          {row.name}
        </Link>
      ),
    },
    {
      id: "host",
      label: t("host"),
      sort: "host",
      breakAnywhere: true,
      render: (row) => <Code>{row.host}</Code>,
    },
    {
      id: "health",
      label: tCommon("state"),
      sort: "health",
      render: (row) => <HealthLabel state={row.health.state} latencyMs={row.health.latencyMs} />,
    },
    {
      id: "probedAt",
      label: t("lastProbe"),
      sort: "probedAt",
      hideBelow: "lg",
      render: (row) =>
        row.health.probedAt === null ? t("neverProbed") : <RelativeTime value={row.health.probedAt} />,
    },
    { id: "tls", label: t("tls"), hideBelow: "md", render: (row) => <TlsLabel mode={row.tlsMode} /> },
    {
      id: "usedBy",
      label: t("usedBy"),
      hideBelow: "md",
      render: (row) => t("usedByCounts", { destinations: row.destinationCount, jobs: row.jobCount }),
    },
    {
      id: "organization",
      label: t("organization"),
      hideBelow: "md",
      render: (row) => row.organization?.displayName ?? tCommon("provider"),
    },
  ];
  return (
    <DataGrid
      label={t("title")}
      path="/registries"
      query={query}
      page={page}
      columns={columns}
      rowKey={(row) => row.id}
      {...(mayWrite && { rowActions: (row: RegistryRow) => <RegistryMenu id={row.id} name={row.name} /> })}
      empty={
        <EmptyState
          title={t("empty")}
          action={
            mayWrite && (
              <ButtonLink href="/registries/new" variant="primary">
                {t("add")}
              </ButtonLink>
            )
          }
        >
          {isTenant ? t("emptyTenant") : t("emptyHelp")}
        </EmptyState>
      }
    />
  );
}
