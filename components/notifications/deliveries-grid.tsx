import { useTranslations } from "next-intl";
import { DataGrid } from "#components/datagrid/data-grid.tsx";
import type { GridColumn } from "#components/datagrid/grid-column.ts";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Link } from "#components/ui/link.tsx";
import { DateTime } from "#components/ui/time.tsx";
import { DeliveryState, NotificationKind } from "#lib/db/generated/enums.ts";
import { useNotificationText } from "#lib/i18n/use-notification-text.ts";
import type { Page } from "#lib/schemas/list-query.ts";
import {
  type DeliveriesQuery,
  type DeliveryRow,
  findNotificationPath,
  type NotificationView,
} from "#lib/schemas/notifications.ts";
import { DeliveryResult } from "./delivery-result.tsx";
import { ResendButton } from "./resend-button.tsx";

interface DeliveriesGridProps {
  channelId: string;
  page: Page<DeliveryRow>;
  query: DeliveriesQuery;
  mayWrite: boolean;
}

/** What was sent through a channel. */
export function DeliveriesGrid({ channelId, page, query, mayWrite }: DeliveriesGridProps) {
  const t = useTranslations("notifications");
  const notificationText = useNotificationText();
  const textOf = (notification: NotificationView) =>
    notificationText(notification, { publishes: notification.organization !== null });
  const gridQuery = { ...query, state: query.state.join(), kind: query.kind.join() };
  const columns: GridColumn<DeliveryRow>[] = [
    {
      id: "what",
      label: t("whatHappened"),
      rowHeader: true,
      render: ({ notification }) => {
        const { title, detail } = textOf(notification);
        const href = findNotificationPath(notification.kind, notification.facts);
        return (
          <>
            {href === null ? (
              <span className="wrap-anywhere">{title}</span>
            ) : (
              <Link href={href} className="wrap-anywhere link">
                {title}
              </Link>
            )}
            <span className="block text-xs wrap-anywhere text-muted">{detail}</span>
          </>
        );
      },
    },
    {
      id: "createdAt",
      label: t("happened"),
      sort: "createdAt",
      hideBelow: "md",
      render: (row) => <DateTime value={row.createdAt} />,
    },
    {
      id: "result",
      label: t("result"),
      render: (row) => (
        <>
          <DeliveryResult delivery={row} />
          {mayWrite && row.state === "failed" && (
            <ResendButton deliveryId={row.id} title={textOf(row.notification).title} />
          )}
        </>
      ),
    },
  ];
  return (
    <DataGrid
      label={t("deliveries")}
      path={`/notifications/${channelId}`}
      query={gridQuery}
      page={page}
      columns={columns}
      filters={[
        {
          name: "state",
          label: t("result"),
          options: Object.values(DeliveryState).map((each) => ({
            value: each,
            label: t(`deliveryStates.${each}`),
          })),
        },
        {
          name: "kind",
          label: t("whatHappened"),
          options: Object.values(NotificationKind).map((each) => ({
            value: each,
            label: t(`eventKinds.${each}`),
          })),
        },
      ]}
      rowKey={(row) => row.id}
      empty={<EmptyState title={t("noDeliveries")}>{t("noDeliveriesHelp")}</EmptyState>}
    />
  );
}
