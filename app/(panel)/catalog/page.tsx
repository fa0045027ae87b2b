import { FileUp, HandHelping, PackageSearch, Route, Tags } from "lucide-react";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ReleasesGrid } from "#components/catalog/releases-grid.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import type { PageSearch } from "#lib/routes/page-input.ts";
import { releaseListQuery } from "#lib/schemas/releases.ts";
import { listReleases } from "#lib/services/releases/index.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("catalog");
  return { title: t("title") };
}

export default async function CatalogPage({ searchParams }: { searchParams: PageSearch }) {
  const access = await authorizePage("catalog.read");
  const query = releaseListQuery.parse(await searchParams);
  const [page, t, tOffers] = await Promise.all([
    listReleases(access, query),
    getTranslations("catalog"),
    getTranslations("offers"),
  ]);
  const mayWrite = mayRole(access.role, "catalog.write");
  // A tenant's way is its own organization's page.
  const mayOffer = access.organizationId === null && mayRole(access.role, "offer.read");
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("description")}
        actions={
          <>
            {mayWrite && (
              <>
                <ButtonLink href="/catalog/find" variant="primary" icon={<PackageSearch aria-hidden />}>
                  {t("find.action")}
                </ButtonLink>
                <ButtonLink href="/catalog/import" icon={<FileUp aria-hidden />}>
                  {t("import")}
                </ButtonLink>
              </>
            )}
            {mayOffer && (
              <ButtonLink href="/catalog/offer" icon={<HandHelping aria-hidden />}>
                {tOffers("forAll")}
              </ButtonLink>
            )}
            <ButtonLink href="/catalog/paths" icon={<Route aria-hidden />}>
              {t("paths")}
            </ButtonLink>
            <ButtonLink href="/catalog/versions" icon={<Tags aria-hidden />}>
              {t("cseVersions")}
            </ButtonLink>
          </>
        }
      />
      <ReleasesGrid page={page} query={query} mayWrite={mayWrite} />
    </>
  );
}
