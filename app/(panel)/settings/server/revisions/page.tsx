import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { RevisionsCard } from "#components/server-config/revisions-card.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import type { PageSearch } from "#lib/routes/page-input.ts";
import { configRevisionQuery } from "#lib/schemas/server-config.ts";
import { getServerConfig, listRevisions } from "#lib/services/server-config/index.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("serverConfig.revisions");
  return { title: t("title") };
}

export default async function ConfigRevisionsPage({ searchParams }: { searchParams: PageSearch }) {
  const access = await authorizePage("settings.read");
  const query = configRevisionQuery.parse({ pageSize: 10, ...(await searchParams) });
  const [page, { config }, t] = await Promise.all([
    listRevisions(access, query),
    getServerConfig(access),
    getTranslations("serverConfig"),
  ]);
  return (
    <>
      <PageHeader
        title={t("revisions.title")}
        description={t("revisions.description")}
        trail={[{ href: "/settings/server", label: t("title") }]}
      />
      <RevisionsCard
        page={page}
        query={query}
        current={config?.number ?? 0}
        mayWrite={mayRole(access.role, "settings.write")}
      />
    </>
  );
}
