import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ExportWizard } from "#components/export-bundle/export-wizard.tsx";
import { QueryProvider } from "#components/query/query-provider.tsx";
import { usableRegistries } from "#components/start-job/usable-registries.ts";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import type { PageSearch } from "#lib/routes/page-input.ts";
import { bundlesQuery } from "#lib/schemas/bundles.ts";
import { listBundles, listStores } from "#lib/services/bundles/index.ts";
import { listRegistryChoices } from "#lib/services/registries/index.ts";
import { listReleaseChoices } from "#lib/services/releases/index.ts";

/** The newest ones: whoever builds on an older one has not looked at it for long. */
const offeredBases = 100;

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("bundles.exports");
  return { title: t("title") };
}

export default async function ExportBundlePage({ searchParams }: { searchParams: PageSearch }) {
  await authorizePage("job.start");
  const [access, catalog, registry] = await Promise.all([
    authorizePage("bundle.read"),
    authorizePage("catalog.read"),
    authorizePage("registry.read"),
  ]);
  const [releases, registries, stores, bundles, { release }, t] = await Promise.all([
    listReleaseChoices(catalog),
    listRegistryChoices(registry),
    listStores(access),
    listBundles(access, bundlesQuery.parse({ pageSize: offeredBases })),
    searchParams,
    getTranslations("bundles"),
  ]);
  return (
    <>
      <PageHeader title={t("exports.title")} trail={[{ href: "/bundles", label: t("title") }]} />
      <QueryProvider>
        <ExportWizard
          releases={releases}
          registries={usableRegistries(registries, null)}
          stores={stores}
          bases={bundles.rows.filter(({ format, state }) => format === "drayage" && state === "sound")}
          taken={bundles.rows.map(({ name }) => name)}
          releaseId={releases.find(({ id }) => id === release)?.id ?? null}
          mayWrite={mayRole(access.role, "bundle.write")}
        />
      </QueryProvider>
    </>
  );
}
