import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { OneSidedWarning } from "#components/certificates/one-sided-warning.tsx";
import { ContainerRegistryForm } from "#components/container-registry/container-registry-form.tsx";
import { DestinationsGrid } from "#components/container-registry/destinations-grid.tsx";
import { SharedDestinationCard } from "#components/container-registry/shared-destination-card.tsx";
import { QueryProvider } from "#components/query/query-provider.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import type { PageSearch } from "#lib/routes/page-input.ts";
import { containerRegistryQuery } from "#lib/schemas/container-registry.ts";
import { listOneSided } from "#lib/services/certificates/index.ts";
import {
  getContainerRegistry,
  listOrganizationDestinations,
} from "#lib/services/container-registry/index.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("containerRegistry");
  return { title: t("title") };
}

export default async function ContainerRegistryPage({ searchParams }: { searchParams: PageSearch }) {
  const access = await authorizePage("settings.read");
  const certificates = await authorizePage("certificate.read");
  const { url, ...query } = containerRegistryQuery.parse(await searchParams);
  const mayWrite = mayRole(access.role, "settings.write");
  const draft = mayWrite ? url : "";
  const [view, page, oneSided, t] = await Promise.all([
    getContainerRegistry(access, draft),
    listOrganizationDestinations(access, query),
    listOneSided(certificates),
    getTranslations("containerRegistry"),
  ]);
  return (
    <>
      <PageHeader title={t("title")} description={t("description")} />
      {!mayWrite && (
        <Alert status="info" live="off">
          {t("readOnly")}
        </Alert>
      )}
      <QueryProvider>
        <ContainerRegistryForm view={view} draft={draft} mayWrite={mayWrite} />
        <OneSidedWarning oneSided={oneSided} mayWrite={mayRole(access.role, "certificate.write")} />
        <SharedDestinationCard shared={view.shared} />
        <section className="space-y-3">
          <div className="space-y-1">
            <h2 className="text-base font-semibold">{t("organizations")}</h2>
            <p className="max-w-3xl text-compact text-muted">{t("organizationsHelp")}</p>
          </div>
          <DestinationsGrid page={page} query={query} mayWrite={mayRole(access.role, "offer.write")} />
        </section>
      </QueryProvider>
    </>
  );
}
