import { useTranslations } from "next-intl";
import { useMemo } from "react";
import type { GridColumn } from "#components/datagrid/grid-column.ts";
import { LiveDataGrid } from "#components/datagrid/live-data-grid.tsx";
import { KeptReasonText } from "#components/pruning/kept-reason.tsx";
import { Code } from "#components/ui/code.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import type { Page } from "#lib/schemas/list-query.ts";
import { keptQuery, type KeptQuery } from "#lib/schemas/pruning.ts";
import type { JobSnapshot } from "#lib/services/jobs/index.ts";
import type { KeptView } from "#lib/services/pruning/index.ts";
import { type InitialList, useJobList } from "./use-job-list.ts";
import { markPrune } from "./use-prune-summary.ts";

interface KeptGridProps {
  snapshot: JobSnapshot;
  /** Null when another list was asked for. */
  initial: InitialList<Page<KeptView>, KeptQuery> | null;
}

/** What a clean-up leaves where it is, why, and for whom. */
export function KeptGrid({ snapshot, initial }: KeptGridProps) {
  const t = useTranslations("pruning");
  const { id, state } = snapshot;
  const { grid } = useJobList({
    jobId: id,
    part: "kept",
    schema: keptQuery,
    list: "kept",
    initial,
    mark: markPrune(snapshot),
  });
  const columns = useMemo<GridColumn<KeptView>[]>(
    () => [
      {
        id: "reference",
        label: t("deletions.reference"),
        sort: "repository",
        rowHeader: true,
        width: "45%",
        breakAnywhere: true,
        render: ({ reference, tags }) => (
          <>
            <span className="flex items-start gap-1">
              <Code className="pt-0.5">{reference}</Code>
              <CopyButton value={reference} />
            </span>
            {tags.length > 0 && (
              <p className="text-xs font-normal text-muted">
                <Code>{tags.join(", ")}</Code>
              </p>
            )}
          </>
        ),
      },
      {
        id: "reason",
        label: t("kept.reason"),
        breakAnywhere: true,
        render: ({ kept }) => <KeptReasonText reason={kept} />,
      },
      {
        id: "for",
        label: t("kept.for"),
        render: ({ holders }) => <Holders holders={holders} />,
      },
    ],
    [t],
  );
  const isPlanning = state === "queued" || state === "planning";
  return (
    <LiveDataGrid
      label={t("lists.kept")}
      {...grid}
      columns={columns}
      rowKey={({ id: key }) => key}
      empty={
        <EmptyState title={t(isPlanning ? "deletions.planning" : "kept.none")}>
          {t(isPlanning ? "deletions.planningHelp" : "kept.noneHelp")}
        </EmptyState>
      }
    />
  );
}

/** Others are named only to who may see all. */
function Holders({ holders: { self, provider, others, organizations } }: Pick<KeptView, "holders">) {
  const t = useTranslations("pruning.kept");
  const names = [
    ...(self ? [t("self")] : []),
    ...(provider ? [t("provider")] : []),
    ...organizations.map(({ displayName }) => displayName),
    ...(others && organizations.length === 0 ? [t("others")] : []),
  ];
  if (names.length === 0) return <span className="text-muted">{t("nobody")}</span>;
  return (
    <ul>
      {names.map((name) => (
        <li key={name}>{name}</li>
      ))}
    </ul>
  );
}
