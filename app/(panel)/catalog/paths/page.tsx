import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { PathsEditor } from "#components/paths/paths-editor.tsx";
import { QueryProvider } from "#components/query/query-provider.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import { listPaths } from "#lib/services/paths/index.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("paths");
  return { title: t("title") };
}

export default async function PathsPage() {
  const access = await authorizePage("catalog.read");
  const [tables, t, tCatalog] = await Promise.all([
    listPaths(access),
    getTranslations("paths"),
    getTranslations("catalog"),
  ]);
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("description")}
        trail={[{ href: "/catalog", label: tCatalog("title") }]}
      />
      <QueryProvider>
        <PathsEditor tables={tables} mayWrite={mayRole(access.role, "catalog.write")} />
      </QueryProvider>
    </>
  );
}
