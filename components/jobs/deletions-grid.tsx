import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { shortDigest } from "#components/catalog/short-digest.ts";
import type { GridColumn } from "#components/datagrid/grid-column.ts";
import { LiveDataGrid } from "#components/datagrid/live-data-grid.tsx";
import { KeptReasonText } from "#components/pruning/kept-reason.tsx";
import { StatusLabel } from "#components/ui/badge.tsx";
import { Code } from "#components/ui/code.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import type { Status } from "#components/ui/status.tsx";
import { PruneState } from "#lib/db/generated/enums.ts";
import { useErrorText } from "#lib/i18n/use-error-text.ts";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { Page } from "#lib/schemas/list-query.ts";
import { deletionsQuery, type DeletionsQuery } from "#lib/schemas/pruning.ts";
import type { JobSnapshot } from "#lib/services/jobs/index.ts";
import type { DeletionView } from "#lib/services/pruning/index.ts";
import { type InitialList, useJobList } from "./use-job-list.ts";
import { markPrune } from "./use-prune-summary.ts";

const statusOf: Readonly<Record<PruneState, Status>> = {
  planned: "neutral",
  deleted: "success",
  absent: "success",
  kept: "info",
  tag_stays: "warning",
  refused: "danger",
  unclear: "warning",
};

/** Tags that one row names. */
const shownTags = 5;

interface DeletionsGridProps {
  snapshot: JobSnapshot;
  /** Null when another list was asked for. */
  initial: InitialList<Page<DeletionView>, DeletionsQuery> | null;
}

/** What a clean-up deletes, and what came of it. */
export function DeletionsGrid({ snapshot, initial }: DeletionsGridProps) {
  const t = useTranslations("pruning");
  const { id, state } = snapshot;
  const { grid } = useJobList({
    jobId: id,
    part: "deletions",
    schema: deletionsQuery,
    initial,
    mark: markPrune(snapshot),
  });
  const columns = useDeletionColumns();
  const isPlanning = state === "queued" || state === "planning";
  return (
    <LiveDataGrid
      label={t("lists.deletions")}
      {...grid}
      columns={columns}
      filters={[
        {
          name: "state",
          label: t("deletions.state"),
          options: Object.values(PruneState).map((one) => ({ value: one, label: t(`states.${one}`) })),
        },
      ]}
      rowKey={({ id: key }) => key}
      empty={
        <EmptyState title={t(isPlanning ? "deletions.planning" : "deletions.none")}>
          {t(isPlanning ? "deletions.planningHelp" : "deletions.noneHelp")}
        </EmptyState>
      }
    />
  );
}

function useDeletionColumns(): GridColumn<DeletionView>[] {
  const t = useTranslations("pruning");
  const tTasks = useTranslations("jobs.tasks");
  const formats = useFormats();
  return useMemo(
    () => [
      {
        id: "reference",
        label: t("deletions.reference"),
        sort: "repository",
        rowHeader: true,
        width: "45%",
        breakAnywhere: true,
        render: ({ reference, removes, tags }) => (
          <>
            <span className="flex items-start gap-1">
              <Code className="pt-0.5">{reference}</Code>
              <CopyButton value={reference} />
            </span>
            {removes === "manifest" && tags.length > 0 && <TagsAlong tags={tags} />}
          </>
        ),
      },
      {
        id: "what",
        label: t("deletions.what"),
        hideBelow: "md",
        render: (row) => <What row={row} />,
      },
      {
        id: "state",
        label: t("deletions.state"),
        sort: "state",
        render: (row) => <Outcome row={row} />,
      },
      {
        id: "size",
        label: tTasks("size"),
        sort: "size",
        align: "end",
        hideBelow: "md",
        render: ({ sizeBytes }) => (
          <span className="whitespace-nowrap">{sizeBytes === null ? "–" : formats.bytes(sizeBytes)}</span>
        ),
      },
    ],
    [t, tTasks, formats],
  );
}

function TagsAlong({ tags }: Pick<DeletionView, "tags">) {
  const t = useTranslations("pruning.deletions");
  return (
    <p className="text-xs font-normal text-muted">
      {t("withTags")} <Code>{tags.slice(0, shownTags).join(", ")}</Code>
      {tags.length > shownTags && ` ${t("moreTags", { count: tags.length - shownTags })}`}
    </p>
  );
}

function What({ row: { kind, removes, why, belongsTo } }: { row: DeletionView }) {
  const t = useTranslations("pruning");
  return (
    <>
      {t(`kinds.${kind}`)}
      <p className="text-xs text-muted">
        {belongsTo !== null
          ? t.rich("deletions.belongsTo", {
              digest: shortDigest(belongsTo),
              code: (chunks) => <Code>{chunks}</Code>,
            })
          : why !== null && t(`whys.${why}`)}
      </p>
      {removes === "tag" && <p className="text-xs text-muted">{t("deletions.onlyTag")}</p>}
    </>
  );
}

function Outcome({ row: { state, kept, error } }: { row: DeletionView }) {
  const t = useTranslations("pruning");
  const errorText = useErrorText();
  const text = error && errorText(error);
  return (
    <>
      <StatusLabel status={statusOf[state]}>{t(`states.${state}`)}</StatusLabel>
      {kept && (
        <div className="text-xs text-muted">
          <KeptReasonText reason={kept} />
        </div>
      )}
      {text && (
        <p className="text-xs wrap-anywhere text-muted">
          {text.title} {text.hint}
        </p>
      )}
    </>
  );
}
