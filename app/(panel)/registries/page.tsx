import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { RegistriesGrid } from "#components/registries/registries-grid.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { NewLink } from "#components/ui/new-link.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import type { PageSearch } from "#lib/routes/page-input.ts";
import { registryListQuery } from "#lib/schemas/registries.ts";
import { listRegistries } from "#lib/services/registries/index.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("registries");
  return { title: t("title") };
}

export default async function RegistriesPage({ searchParams }: { searchParams: PageSearch }) {
  const access = await authorizePage("registry.read");
  const query = registryListQuery.parse(await searchParams);
  const [page, t, tPruning] = await Promise.all([
    listRegistries(access, query),
    getTranslations("registries"),
    getTranslations("pruning"),
  ]);
  const mayWrite = mayRole(access.role, "registry.write");
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("description")}
        actions={
          <>
            {mayWrite && <NewLink href="/registries/new">{t("add")}</NewLink>}
            {mayRole(access.role, "prune.read") && (
              <ButtonLink href="/registries/prune">{tPruning("open")}</ButtonLink>
            )}
          </>
        }
      />
      <RegistriesGrid
        page={page}
        query={query}
        mayWrite={mayWrite}
        isTenant={access.organizationId !== null}
      />
    </>
  );
}
