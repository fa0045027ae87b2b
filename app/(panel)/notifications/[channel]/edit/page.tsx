import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { draftOf } from "#components/notifications/channel-draft.ts";
import { ChannelForm } from "#components/notifications/channel-form.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { orNotFound, pageParams } from "#lib/routes/page-input.ts";
import { channelParams } from "#lib/schemas/notifications.ts";
import { getChannel } from "#lib/services/notifications/index.ts";
import { listOrganizationChoices } from "#lib/services/organizations.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("notifications");
  return { title: t("edit") };
}

export default async function EditChannelPage({ params }: { params: Promise<unknown> }) {
  await authorizePage("notification.write");
  const access = await authorizePage("notification.read");
  const { channel: id } = await pageParams(params, channelParams);
  const channel = await orNotFound(getChannel(access, id));
  const [organizations, t, tCommon] = await Promise.all([
    listOrganizationChoices(await authorizePage("organization.read"), { enabledOnly: false }),
    getTranslations("notifications"),
    getTranslations("common"),
  ]);
  return (
    <>
      <PageHeader
        title={t("editTitle", { name: channel.name })}
        trail={[
          { href: "/notifications", label: t("title") },
          { href: `/notifications/${id}`, label: channel.name },
        ]}
      />
      <ChannelForm
        id={id}
        initial={draftOf(channel)}
        stored={{ secret: channel.kind === "webhook", password: channel.hasPassword }}
        organizations={organizations}
        cancel={<ButtonLink href={`/notifications/${id}`}>{tCommon("cancel")}</ButtonLink>}
      />
    </>
  );
}
