import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { PrunePreview } from "#components/pruning/prune-preview.tsx";
import { StartPrune } from "#components/pruning/start-prune.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import { orNotFound, type PageSearch } from "#lib/routes/page-input.ts";
import { prunePreviewQuery } from "#lib/schemas/pruning.ts";
import { previewPrune } from "#lib/services/pruning/index.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("pruning");
  return { title: t("title") };
}

/** What the provider has brought somewhere and no component of the catalog leads to any more. */
export default async function ProviderPrunePage({ searchParams }: { searchParams: PageSearch }) {
  await authorizePage("prune.read");
  const access = await authorizePage("selection.read");
  const query = prunePreviewQuery.parse(await searchParams);
  const [preview, t, tRegistries] = await Promise.all([
    orNotFound(previewPrune(access, null, query)),
    getTranslations("pruning"),
    getTranslations("registries"),
  ]);
  const { destinationId } = preview;
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("providerDescription")}
        trail={[{ href: "/registries", label: tRegistries("title") }]}
        actions={
          destinationId !== null &&
          mayRole(access.role, "prune.start") && (
            <StartPrune organizationId={null} destinationId={destinationId} />
          )
        }
      />
      <PrunePreview path="/registries/prune" preview={preview} query={query} isProvider />
    </>
  );
}
