import { useTranslations } from "next-intl";
import { DataGrid } from "#components/datagrid/data-grid.tsx";
import type { GridColumn } from "#components/datagrid/grid-column.ts";
import { ButtonLink } from "#components/ui/button.tsx";
import { Code } from "#components/ui/code.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Link } from "#components/ui/link.tsx";
import { ChannelKind } from "#lib/db/generated/enums.ts";
import type { Page } from "#lib/schemas/list-query.ts";
import type { ChannelRow, ChannelsQuery } from "#lib/schemas/notifications.ts";
import { ChannelMenu } from "./channel-menu.tsx";
import { ChannelStateLabel } from "./channel-state.tsx";
import { LastOutcome } from "./last-outcome.tsx";

interface ChannelsGridProps {
  page: Page<ChannelRow>;
  query: ChannelsQuery;
  mayWrite: boolean;
}

export function ChannelsGrid({ page, query, mayWrite }: ChannelsGridProps) {
  const t = useTranslations("notifications");
  const tCommon = useTranslations("common");
  const gridQuery = { ...query, kind: query.kind.join() };
  const columns: GridColumn<ChannelRow>[] = [
    {
      id: "name",
      label: tCommon("name"),
      sort: "name",
      render: (row) => (
        <>
          <Link href={`/notifications/${row.id}`} className="link">
            {row.name}
          </Link>
          <span className="block text-xs text-muted">{t(`kinds.${row.kind}`)}</span>
        </>
      ),
    },
    { id: "state", label: tCommon("state"), render: (row) => <ChannelStateLabel state={row.state} /> },
    {
      id: "address",
      label: t("address"),
      hideBelow: "md",
      breakAnywhere: true,
      render: (row) => (
        <>
          <Code>{row.address}</Code>
          {row.recipients.length > 0 && (
            <span className="block text-xs text-muted">{row.recipients.join(", ")}</span>
          )}
        </>
      ),
    },
    {
      id: "events",
      label: t("events"),
      hideBelow: "lg",
      render: (row) => (
        <>
          {row.events.map((kind) => t(`eventKinds.${kind}`)).join(", ")}
          {row.organization && (
            <span className="block text-xs text-muted">{row.organization.displayName}</span>
          )}
        </>
      ),
    },
    {
      id: "lastAttemptAt",
      label: t("lastAttempt"),
      sort: "lastAttemptAt",
      render: (row) => <LastOutcome {...row} />,
    },
  ];
  return (
    <DataGrid
      label={t("title")}
      path="/notifications"
      query={gridQuery}
      page={page}
      columns={columns}
      filters={[
        {
          name: "kind",
          label: t("kind"),
          options: Object.values(ChannelKind).map((kind) => ({ value: kind, label: t(`kinds.${kind}`) })),
        },
      ]}
      rowKey={(row) => row.id}
      {...(mayWrite && { rowActions: (row: ChannelRow) => <ChannelMenu channel={row} /> })}
      empty={
        <EmptyState
          title={t("empty")}
          action={
            mayWrite && (
              <ButtonLink href="/notifications/new" variant="primary">
                {t("new")}
              </ButtonLink>
            )
          }
        >
          {t("emptyHelp")}
        </EmptyState>
      }
    />
  );
}
