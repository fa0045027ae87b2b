import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ImportForm } from "#components/server-config/import-form.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { getServerConfig } from "#lib/services/server-config/index.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("serverConfig.import");
  return { title: t("title") };
}

export default async function ImportConfigPage() {
  await authorizePage("settings.write");
  const access = await authorizePage("settings.read");
  const [{ config }, t] = await Promise.all([getServerConfig(access), getTranslations("serverConfig")]);
  return (
    <>
      <PageHeader
        title={t("import.title")}
        description={t("import.description")}
        trail={[{ href: "/settings/server", label: t("title") }]}
      />
      <ImportForm number={config?.number ?? null} />
    </>
  );
}
