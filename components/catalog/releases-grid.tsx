import { useTranslations } from "next-intl";
import { DataGrid } from "#components/datagrid/data-grid.tsx";
import type { GridColumn } from "#components/datagrid/grid-column.ts";
import { ButtonLink } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Link } from "#components/ui/link.tsx";
import { DateTime } from "#components/ui/time.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { Page } from "#lib/schemas/list-query.ts";
import { releaseKinds, type ReleaseListQuery, type ReleaseRow } from "#lib/schemas/releases.ts";
import { ReleaseFindings } from "./release-findings.tsx";
import { ReleaseKindLabel } from "./release-kind.tsx";

interface ReleasesGridProps {
  page: Page<ReleaseRow>;
  query: ReleaseListQuery;
  mayWrite: boolean;
}

export function ReleasesGrid({ page, query, mayWrite }: ReleasesGridProps) {
  const t = useTranslations("catalog");
  const tCommon = useTranslations("common");
  const formats = useFormats();
  const columns: GridColumn<ReleaseRow>[] = [
    {
      id: "name",
      label: tCommon("name"),
      sort: "name",
      render: (row) => (
        <>
          <Link href={`/catalog/${row.id}`} className="link">
            {`${row.name} ${row.version}`}
          </Link>
          <ReleaseFindings {...row} />
        </>
      ),
    },
    {
      id: "kind",
      label: t("kind"),
      sort: "kind",
      hideBelow: "md",
      render: (row) => <ReleaseKindLabel kind={row.kind} />,
    },
    {
      id: "components",
      label: t("components"),
      sort: "components",
      align: "end",
      render: (row) => t("componentCounts", { enabled: row.enabledCount, total: row.componentCount }),
    },
    {
      id: "size",
      label: t("size"),
      align: "end",
      hideBelow: "lg",
      render: (row) => (row.knownCount === 0 ? "–" : formats.bytes(row.knownBytes)),
    },
    {
      id: "usedBy",
      label: t("usedBy"),
      hideBelow: "lg",
      render: (row) => t("usedByJobs", { count: row.jobCount }),
    },
    {
      id: "createdAt",
      label: t("createdAt"),
      sort: "createdAt",
      hideBelow: "md",
      render: (row) => <DateTime value={row.createdAt} />,
    },
  ];
  return (
    <DataGrid
      label={t("releases")}
      path="/catalog"
      query={query}
      page={page}
      columns={columns}
      rowKey={(row) => row.id}
      filters={[
        {
          name: "kind",
          label: t("kind"),
          options: releaseKinds.map((kind) => ({ value: kind, label: t(`kinds.${kind}`) })),
        },
      ]}
      empty={
        <EmptyState
          title={t("empty")}
          action={
            mayWrite && (
              <div className="flex flex-wrap justify-center gap-2">
                <ButtonLink href="/catalog/find" variant="primary">
                  {t("find.action")}
                </ButtonLink>
                <ButtonLink href="/catalog/import">{t("import")}</ButtonLink>
              </div>
            )
          }
        >
          {t("emptyHelp")}
        </EmptyState>
      }
    />
  );
}
