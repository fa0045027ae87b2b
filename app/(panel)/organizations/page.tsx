import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { CreateOrganization } from "#components/organizations/create-organization.tsx";
import { OrganizationsGrid } from "#components/organizations/organizations-grid.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import type { PageSearch } from "#lib/routes/page-input.ts";
import { organizationListQuery } from "#lib/schemas/organizations.ts";
import { listOrganizations } from "#lib/services/organizations.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("organizations");
  return { title: t("title") };
}

export default async function OrganizationsPage({ searchParams }: { searchParams: PageSearch }) {
  const access = await authorizePage("organization.read");
  const query = organizationListQuery.parse(await searchParams);
  const [page, t] = await Promise.all([listOrganizations(access, query), getTranslations("organizations")]);
  const mayWrite = mayRole(access.role, "organization.write");
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t(access.organizationId === null ? "intro" : "introTenant")}
        actions={mayWrite && <CreateOrganization />}
      />
      <OrganizationsGrid page={page} query={query} mayWrite={mayWrite} />
    </>
  );
}
