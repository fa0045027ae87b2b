import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ChannelActions } from "#components/notifications/channel-actions.tsx";
import { ChannelDetails } from "#components/notifications/channel-details.tsx";
import { ChannelStateLabel } from "#components/notifications/channel-state.tsx";
import { DeliveriesGrid } from "#components/notifications/deliveries-grid.tsx";
import { RefreshWhileDue } from "#components/schedules/refresh-while-due.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import { orNotFound, pageParams, type PageSearch } from "#lib/routes/page-input.ts";
import { channelParams, deliveriesQuery, type DeliveryRow } from "#lib/schemas/notifications.ts";
import { getChannel, listDeliveries } from "#lib/services/notifications/index.ts";

interface ChannelPageProps {
  params: Promise<unknown>;
  searchParams: PageSearch;
}

/** What is tried again within that time is waited for. */
const soonMs = 60_000;

export async function generateMetadata({ params }: ChannelPageProps): Promise<Metadata> {
  const access = await authorizePage("notification.read");
  const { channel: id } = await pageParams(params, channelParams);
  return { title: (await orNotFound(getChannel(access, id))).name };
}

export default async function ChannelPage({ params, searchParams }: ChannelPageProps) {
  const access = await authorizePage("notification.read");
  const { channel: id } = await pageParams(params, channelParams);
  const query = deliveriesQuery.parse(await searchParams);
  const [channel, deliveries, t] = await Promise.all([
    orNotFound(getChannel(access, id)),
    orNotFound(listDeliveries(access, id, query)),
    getTranslations("notifications"),
  ]);
  const mayWrite = mayRole(access.role, "notification.write");
  return (
    <>
      <PageHeader
        title={channel.name}
        trail={[{ href: "/notifications", label: t("title") }]}
        aside={<ChannelStateLabel state={channel.state} />}
        actions={mayWrite && <ChannelActions channel={channel} />}
      />
      {channel.stop && <ErrorAlert error={channel.stop} live="off" />}
      <ChannelDetails channel={channel} mayWrite={mayWrite} />
      <section className="space-y-3">
        <h2 className="text-base font-semibold">{t("deliveries")}</h2>
        <DeliveriesGrid channelId={id} page={deliveries} query={query} mayWrite={mayWrite} />
      </section>
      <RefreshWhileDue due={findDue(deliveries.rows)} />
    </>
  );
}

/** What a worker is to send now or soon, if anything is. */
function findDue(rows: readonly DeliveryRow[]): string | null {
  const soon = Date.now() + soonMs;
  const due = rows.find(
    ({ state, nextAttemptAt }) =>
      state === "sending" || (nextAttemptAt !== null && Date.parse(nextAttemptAt) <= soon),
  );
  return due ? `${due.id} ${due.attempt}` : null;
}
