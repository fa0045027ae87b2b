import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ChannelsGrid } from "#components/notifications/channels-grid.tsx";
import { NewLink } from "#components/ui/new-link.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import type { PageSearch } from "#lib/routes/page-input.ts";
import { channelsQuery } from "#lib/schemas/notifications.ts";
import { listChannels } from "#lib/services/notifications/index.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("notifications");
  return { title: t("title") };
}

export default async function NotificationsPage({ searchParams }: { searchParams: PageSearch }) {
  const access = await authorizePage("notification.read");
  const query = channelsQuery.parse(await searchParams);
  const [page, t] = await Promise.all([listChannels(access, query), getTranslations("notifications")]);
  const mayWrite = mayRole(access.role, "notification.write");
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("description")}
        actions={mayWrite && <NewLink href="/notifications/new">{t("new")}</NewLink>}
      />
      <ChannelsGrid page={page} query={query} mayWrite={mayWrite} />
    </>
  );
}
