import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { PageHeader } from "#components/ui/page-header.tsx";
import { CreateUser } from "#components/users/create-user.tsx";
import { UsersGrid } from "#components/users/users-grid.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import type { PageSearch } from "#lib/routes/page-input.ts";
import { userListQuery } from "#lib/schemas/users.ts";
import { listOrganizationChoices } from "#lib/services/organizations.ts";
import { listUsers } from "#lib/services/users/index.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("users");
  return { title: t("title") };
}

export default async function UsersPage({ searchParams }: { searchParams: PageSearch }) {
  const access = await authorizePage("user.read");
  const organizations = await authorizePage("organization.read");
  const query = userListQuery.parse(await searchParams);
  const [page, all, enabled, t] = await Promise.all([
    listUsers(access, query),
    listOrganizationChoices(organizations, { enabledOnly: false }),
    listOrganizationChoices(organizations, { enabledOnly: true }),
    getTranslations("users"),
  ]);
  const mayWrite = mayRole(access.role, "user.write");
  const isTenant = access.organizationId !== null;
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t(isTenant ? "introTenant" : "intro")}
        actions={mayWrite && <CreateUser organizations={enabled} />}
      />
      <UsersGrid
        label={t("title")}
        path="/users"
        page={page}
        query={query}
        mayWrite={mayWrite}
        organizations={isTenant ? null : { all, enabled }}
      />
    </>
  );
}
