import { useTranslations } from "next-intl";
import { DataGrid } from "#components/datagrid/data-grid.tsx";
import type { GridColumn, GridFilter } from "#components/datagrid/grid-column.ts";
import { Badge } from "#components/ui/badge.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Link } from "#components/ui/link.tsx";
import { RelativeTime } from "#components/ui/time.tsx";
import { Role } from "#lib/db/generated/enums.ts";
import type { Page } from "#lib/schemas/list-query.ts";
import type { OrganizationChoice } from "#lib/schemas/organizations.ts";
import type { UserListQuery, UserRow } from "#lib/schemas/users.ts";
import { UserMenu } from "./user-menu.tsx";
import { UserState } from "./user-state.tsx";

interface UsersGridProps {
  path: string;
  page: Page<UserRow>;
  query: UserListQuery;
  mayWrite: boolean;
  /** To filter by, and to move a user to; null where one organization is all there is to see. */
  organizations: { all: OrganizationChoice[]; enabled: OrganizationChoice[] } | null;
  label: string;
}

export function UsersGrid({ path, page, query, mayWrite, organizations, label }: UsersGridProps) {
  const t = useTranslations("users");
  const tCommon = useTranslations("common");
  const tRoles = useTranslations("roles");
  const columns: GridColumn<UserRow>[] = [
    {
      id: "username",
      label: t("username"),
      sort: "username",
      breakAnywhere: true,
      render: (row) => (
        <span className="flex flex-wrap items-center gap-x-2">
          {row.username}
          {row.isSelf && <Badge>{t("you")}</Badge>}
        </span>
      ),
    },
    {
      id: "displayName",
      label: t("displayName"),
      sort: "displayName",
      hideBelow: "md",
      render: (row) => row.displayName,
    },
    { id: "role", label: tRoles("role"), sort: "role", render: (row) => tRoles(row.role) },
    { id: "state", label: tCommon("state"), render: (row) => <UserState user={row} /> },
    {
      id: "lastSignIn",
      label: t("lastSignIn"),
      sort: "lastSignInAt",
      hideBelow: "lg",
      render: (row) => (row.lastSignInAt === null ? t("never") : <RelativeTime value={row.lastSignInAt} />),
    },
  ];
  if (organizations) {
    columns.splice(3, 0, {
      id: "organization",
      label: t("organization"),
      sort: "organization",
      hideBelow: "md",
      render: (row) =>
        row.organization && (
          <Link href={`/organizations/${row.organization.name}`} className="link">
            {row.organization.displayName}
          </Link>
        ),
    });
  }
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
  if (organizations) {
    const roles = Object.values(Role).map((role) => ({ value: role, label: tRoles(role) }));
    const choices = organizations.all.map(({ id, displayName }) => ({ value: id, label: displayName }));
    filters.unshift(
      { name: "role", label: tRoles("role"), options: roles },
      { name: "organization", label: t("organization"), options: choices },
    );
  }
  return (
    <DataGrid
      label={label}
      path={path}
      query={query}
      page={page}
      columns={columns}
      filters={filters}
      rowKey={(row) => row.id}
      {...(mayWrite && {
        rowActions: (row: UserRow) => <UserMenu user={row} organizations={organizations?.enabled ?? null} />,
      })}
      empty={<EmptyState title={t("emptyTitle")}>{mayWrite && t("emptyHint")}</EmptyState>}
    />
  );
}
