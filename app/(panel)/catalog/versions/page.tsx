import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { VersionsEditor } from "#components/cse-versions/versions-editor.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import { listCseVersions } from "#lib/services/cse-versions/index.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("cseVersions");
  return { title: t("title") };
}

export default async function CseVersionsPage() {
  const access = await authorizePage("catalog.read");
  const [table, t, tCatalog] = await Promise.all([
    listCseVersions(access),
    getTranslations("cseVersions"),
    getTranslations("catalog"),
  ]);
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("description")}
        trail={[{ href: "/catalog", label: tCatalog("title") }]}
      />
      <VersionsEditor table={table} mayWrite={mayRole(access.role, "catalog.write")} />
    </>
  );
}
