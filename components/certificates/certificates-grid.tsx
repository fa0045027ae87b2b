import { useTranslations } from "next-intl";
import { DataGrid } from "#components/datagrid/data-grid.tsx";
import type { GridColumn } from "#components/datagrid/grid-column.ts";
import { ButtonLink } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Link } from "#components/ui/link.tsx";
import { DateTime } from "#components/ui/time.tsx";
import { type CertificateRow, type CertificatesQuery, trustLists } from "#lib/schemas/certificates.ts";
import type { Page } from "#lib/schemas/list-query.ts";
import { CertificateMenu } from "./certificate-menu.tsx";
import { ExpiryBadge } from "./expiry-badge.tsx";
import { ListBadges } from "./list-badges.tsx";

interface CertificatesGridProps {
  page: Page<CertificateRow>;
  query: CertificatesQuery;
  mayWrite: boolean;
}

/** All certificates that are known, in a list or not. */
export function CertificatesGrid({ page, query, mayWrite }: CertificatesGridProps) {
  const t = useTranslations("certificates");
  const tCommon = useTranslations("common");
  const gridQuery = { ...query, list: query.list.join() };
  const columns: GridColumn<CertificateRow>[] = [
    {
      id: "name",
      label: tCommon("name"),
      sort: "name",
      breakAnywhere: true,
      render: (row) => (
        <>
          <Link href={`/settings/certificates/${row.id}`} className="link">
            {row.name}
          </Link>
          <span className="block text-xs text-muted">{t(`kinds.${kindOf(row)}`)}</span>
        </>
      ),
    },
    {
      id: "issuer",
      label: t("columns.issuer"),
      hideBelow: "lg",
      breakAnywhere: true,
      render: (row) => <span className="text-xs">{row.issuer}</span>,
    },
    {
      id: "notAfter",
      label: t("columns.expires"),
      sort: "notAfter",
      render: (row) => (
        <>
          <ExpiryBadge daysLeft={row.daysLeft} isYetToBegin={row.isYetToBegin} />
          <span className="block text-xs text-muted">
            <DateTime value={row.notAfter} />
          </span>
        </>
      ),
    },
    {
      id: "lists",
      label: t("columns.lists"),
      hideBelow: "md",
      render: (row) => (
        <>
          <ListBadges lists={row.lists} />
          {row.replacedBy && (
            <span className="block text-xs text-muted">{t("replacedBy", { name: row.replacedBy.name })}</span>
          )}
        </>
      ),
    },
  ];
  return (
    <DataGrid
      label={t("all")}
      path="/settings/certificates"
      query={gridQuery}
      page={page}
      columns={columns}
      filters={[
        {
          name: "list",
          label: t("filterList"),
          options: [
            ...trustLists.map((list) => ({ value: list, label: t(`lists.${list}`) })),
            { value: "none", label: t("inNoList") },
          ],
        },
      ]}
      rowKey={(row) => row.id}
      {...(mayWrite && { rowActions: (row: CertificateRow) => <CertificateMenu certificate={row} /> })}
      empty={
        <EmptyState
          title={t("empty")}
          action={
            mayWrite && (
              <ButtonLink href="/settings/certificates/new" variant="primary">
                {t("add")}
              </ButtonLink>
            )
          }
        >
          {t("emptyHelp")}
        </EmptyState>
      }
    />
  );
}

function kindOf({ isAuthority, isSelfSigned }: CertificateRow): "root" | "intermediate" | "leaf" {
  if (!isAuthority) return "leaf";
  return isSelfSigned ? "root" : "intermediate";
}
