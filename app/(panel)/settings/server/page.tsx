import { FileUp, History } from "lucide-react";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { AfterSaving } from "#components/server-config/after-saving.tsx";
import { ConfigEditor } from "#components/server-config/config-editor.tsx";
import { ConfigSummary } from "#components/server-config/config-summary.tsx";
import { DownloadDialog } from "#components/server-config/download-dialog.tsx";
import { NoConfig } from "#components/server-config/no-config.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import type { PageSearch } from "#lib/routes/page-input.ts";
import { serverPageQuery } from "#lib/schemas/server-config.ts";
import { getServerConfig } from "#lib/services/server-config/index.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("serverConfig");
  return { title: t("title") };
}

export default async function ServerConfigPage({ searchParams }: { searchParams: PageSearch }) {
  const access = await authorizePage("settings.read");
  const { tab, saved } = serverPageQuery.parse(await searchParams);
  const [{ config, releases }, t] = await Promise.all([
    getServerConfig(access),
    getTranslations("serverConfig"),
  ]);
  const justSaved = saved !== null && saved === config?.number ? saved : null;
  const mayWrite = mayRole(access.role, "settings.write");
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("description")}
        actions={
          config && (
            <>
              {mayWrite && (
                <ButtonLink href="/settings/server/import" icon={<FileUp aria-hidden />}>
                  {t("importLink")}
                </ButtonLink>
              )}
              <DownloadDialog number={config.number} hasToken={config.hasToken} />
              <ButtonLink href="/settings/server/revisions" icon={<History aria-hidden />}>
                {t("revisionsLink")}
              </ButtonLink>
            </>
          )
        }
      />
      {justSaved !== null && <AfterSaving number={justSaved} dismissHref={`/settings/server?tab=${tab}`} />}
      {config ? (
        <>
          <ConfigSummary config={config} />
          <ConfigEditor config={config} releases={releases} mayWrite={mayWrite} />
        </>
      ) : (
        <NoConfig releases={releases} mayWrite={mayWrite} />
      )}
    </>
  );
}
