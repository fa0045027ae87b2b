import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { UploadBundle } from "#components/upload-bundle/upload-bundle.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import type { PageSearch } from "#lib/routes/page-input.ts";
import { bundlesQuery } from "#lib/schemas/bundles.ts";
import { getUpload, listBundles, listStores } from "#lib/services/bundles/index.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("bundles.uploads");
  return { title: t("title") };
}

export default async function UploadBundlePage({ searchParams }: { searchParams: PageSearch }) {
  const access = await authorizePage("bundle.write");
  const reader = await authorizePage("bundle.read");
  const [stores, unfinished, { bundle: id, loose }, t] = await Promise.all([
    listStores(reader),
    listBundles(reader, bundlesQuery.parse({ state: "uploading" })),
    searchParams,
    getTranslations("bundles"),
  ]);
  const named = unfinished.rows.find((bundle) => bundle.id === id);
  const resumed = named ? { upload: await getUpload(access, named.id), name: named.name } : null;
  return (
    <>
      <PageHeader
        title={t("uploads.title")}
        description={t("uploads.description")}
        trail={[{ href: "/bundles", label: t("title") }]}
      />
      <UploadBundle
        stores={stores.filter(({ reachable }) => reachable)}
        unfinished={unfinished.rows}
        resumed={resumed}
        loose={loose === "true"}
      />
    </>
  );
}
