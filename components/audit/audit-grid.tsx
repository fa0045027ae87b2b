import { ChevronDown, ChevronRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { DataGrid } from "#components/datagrid/data-grid.tsx";
import type { GridColumn, GridFilter } from "#components/datagrid/grid-column.ts";
import { formatGridHref } from "#components/datagrid/grid-href.ts";
import { GridLink } from "#components/datagrid/grid-navigation.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { DateTime } from "#components/ui/time.tsx";
import { auditActions, auditObjectTypes } from "#lib/audit-actions.ts";
import type { AuditQuery, AuditRow } from "#lib/schemas/audit.ts";
import type { Page } from "#lib/schemas/list-query.ts";
import type { OrganizationChoice } from "#lib/schemas/organizations.ts";
import { AuditDetail } from "./audit-detail.tsx";
import { useAuditWords } from "./use-audit-words.ts";

interface AuditGridProps {
  page: Page<AuditRow>;
  query: AuditQuery;
  organizations: readonly OrganizationChoice[];
}

const path = "/audit";

export function AuditGrid({ page, query, organizations }: AuditGridProps) {
  const t = useTranslations("audit");
  const tRoles = useTranslations("roles");
  const words = useAuditWords();
  const { open, ...list } = query;
  const columns: GridColumn<AuditRow>[] = [
    {
      id: "at",
      label: t("at"),
      sort: "at",
      render: (row) => {
        const isOpen = row.id === open;
        const Icon = isOpen ? ChevronDown : ChevronRight;
        return (
          <GridLink
            href={formatGridHref(path, { ...list, open: isOpen ? "" : row.id })}
            aria-expanded={isOpen}
            title={t(isOpen ? "hide" : "show")}
            className="inline-flex target items-center gap-1.5 whitespace-nowrap link"
          >
            <Icon aria-hidden className="size-4 shrink-0" />
            <DateTime value={row.at} />
          </GridLink>
        );
      },
    },
    {
      id: "actor",
      label: t("actor"),
      render: (row) => (
        <>
          {words.actor(row)}
          {row.role !== null && (
            <span className="block text-xs text-muted max-md:hidden">{tRoles(row.role)}</span>
          )}
        </>
      ),
    },
    { id: "action", label: t("action"), render: (row) => words.action(row.action) },
    {
      id: "object",
      label: t("object"),
      breakAnywhere: true,
      hideBelow: "md",
      render: (row) => (
        <>
          {words.objectName(row)}
          <span className="block text-xs text-muted">{words.objectType(row.objectType)}</span>
        </>
      ),
    },
    {
      id: "organization",
      label: t("organization"),
      hideBelow: "lg",
      render: (row) => row.organization?.displayName ?? t("provider"),
    },
  ];
  const filters: GridFilter[] = [
    {
      name: "action",
      label: t("action"),
      options: auditActions.map((action) => ({ value: action, label: words.action(action) })),
    },
    {
      name: "objectType",
      label: t("objectType"),
      options: auditObjectTypes.map((type) => ({ value: type, label: words.objectType(type) })),
    },
    {
      name: "organization",
      label: t("organization"),
      options: [
        { value: "provider", label: t("provider") },
        ...organizations.map(({ id, displayName }) => ({ value: id, label: displayName })),
      ],
    },
    { name: "from", label: t("from") },
    { name: "to", label: t("to") },
  ];
  return (
    <DataGrid
      label={t("entries")}
      path={path}
      query={list}
      page={page}
      columns={columns}
      filters={filters}
      rowKey={(row) => row.id}
      rowDetail={(row) => (row.id === open ? <AuditDetail entry={row} /> : null)}
      empty={<EmptyState title={t("emptyTitle")} />}
    />
  );
}
