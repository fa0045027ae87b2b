import { useTranslations } from "next-intl";
import { useMemo } from "react";
import type { GridColumn } from "#components/datagrid/grid-column.ts";
import { LiveDataGrid } from "#components/datagrid/live-data-grid.tsx";
import { Code } from "#components/ui/code.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { Link } from "#components/ui/link.tsx";
import { extrasQuery, type ExtrasQuery } from "#lib/schemas/jobs.ts";
import type { ExtrasPage, ExtraView, JobSnapshot } from "#lib/services/jobs/index.ts";
import { ExtrasNotes, NoExtras } from "./extras-notes.tsx";
import { type InitialList, useJobList } from "./use-job-list.ts";

interface ExtrasGridProps {
  snapshot: JobSnapshot;
  /** Null when another list was asked for. */
  initial: InitialList<ExtrasPage, ExtrasQuery> | null;
}

/** What a comparison found in the repositories of its images besides them. */
export function ExtrasGrid({ snapshot, initial }: ExtrasGridProps) {
  const t = useTranslations("jobs.extras");
  const { id, run, state, extras } = snapshot;
  const { page, grid } = useJobList({
    jobId: id,
    part: "extras",
    schema: extrasQuery,
    list: "extra",
    initial,
    mark: JSON.stringify([run, state, extras]),
  });
  const columns = useExtraColumns();
  return (
    <div className="space-y-3">
      <ExtrasNotes snapshot={snapshot} unlisted={page?.unlisted ?? []} />
      <LiveDataGrid
        label={t("title")}
        {...grid}
        columns={columns}
        rowKey={({ name }) => name}
        empty={<NoExtras snapshot={snapshot} />}
      />
    </div>
  );
}

function useExtraColumns(): GridColumn<ExtraView>[] {
  const t = useTranslations("jobs.extras");
  return useMemo(
    () => [
      {
        id: "name",
        label: t("name"),
        sort: "name",
        rowHeader: true,
        width: "75%",
        breakAnywhere: true,
        render: ({ name, reference }) => (
          <span className="flex items-start gap-1">
            <Code className="pt-0.5">{name}</Code>
            <CopyButton value={reference} />
          </span>
        ),
      },
      {
        id: "placedBy",
        label: t("placedBy"),
        render: ({ placedBy }) =>
          placedBy === null ? (
            <span className="text-muted">{t("unknown")}</span>
          ) : (
            <Link href={`/jobs/${placedBy.id}`} className="link tabular-nums">
              {t("job", { number: placedBy.number })}
            </Link>
          ),
      },
    ],
    [t],
  );
}
