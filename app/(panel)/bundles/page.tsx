import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { BundleStartLinks } from "#components/bundles/bundle-start-links.tsx";
import { BundlesGrid } from "#components/bundles/bundles-grid.tsx";
import { type StoredFile, StoreFilesCard } from "#components/bundles/store-files-card.tsx";
import { StoresCard } from "#components/bundles/stores-card.tsx";
import { QueryProvider } from "#components/query/query-provider.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import type { PageSearch } from "#lib/routes/page-input.ts";
import { bundlesQuery } from "#lib/schemas/bundles.ts";
import { listBundles, listStoreFiles, listStores } from "#lib/services/bundles/index.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("bundles");
  return { title: t("title") };
}

export default async function BundlesPage({ searchParams }: { searchParams: PageSearch }) {
  const access = await authorizePage("bundle.read");
  const query = bundlesQuery.parse(await searchParams);
  const [page, stores, t] = await Promise.all([
    listBundles(access, query),
    listStores(access),
    getTranslations("bundles"),
  ]);
  const files = await Promise.all(
    stores.map(async (store) =>
      (await listStoreFiles(access, store.id)).map((file): StoredFile => ({ ...file, store })),
    ),
  );
  const mayWrite = mayRole(access.role, "bundle.write");
  const mayStart = mayRole(access.role, "job.start");
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("description")}
        actions={(mayWrite || mayStart) && <BundleStartLinks mayWrite={mayWrite} mayStart={mayStart} />}
      />
      <QueryProvider>
        <BundlesGrid initial={{ page, query }} mayWrite={mayWrite} mayStart={mayStart} />
        <StoreFilesCard
          files={files.flat()}
          mayWrite={mayWrite}
          mayUpload={mayWrite && stores.some(({ reachable }) => reachable)}
        />
        <StoresCard stores={stores} mayWrite={mayWrite} />
      </QueryProvider>
    </>
  );
}
