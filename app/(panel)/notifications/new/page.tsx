import type { Metadata } from "next";
import { getLocale, getTranslations } from "next-intl/server";
import { newDraft } from "#components/notifications/channel-draft.ts";
import { ChannelForm } from "#components/notifications/channel-form.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { listOrganizationChoices } from "#lib/services/organizations.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("notifications");
  return { title: t("new") };
}

export default async function NewChannelPage() {
  await authorizePage("notification.write");
  const access = await authorizePage("organization.read");
  const [organizations, locale, t, tCommon] = await Promise.all([
    listOrganizationChoices(access, { enabledOnly: true }),
    getLocale(),
    getTranslations("notifications"),
    getTranslations("common"),
  ]);
  return (
    <>
      <PageHeader title={t("new")} trail={[{ href: "/notifications", label: t("title") }]} />
      <ChannelForm
        id={null}
        initial={newDraft(locale)}
        stored={{ secret: false, password: false }}
        organizations={organizations}
        cancel={<ButtonLink href="/notifications">{tCommon("cancel")}</ButtonLink>}
      />
    </>
  );
}
