import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { useMemo } from "react";
import type { GridColumn } from "#components/datagrid/grid-column.ts";
import { formatGridHref } from "#components/datagrid/grid-href.ts";
import { LiveDataGrid } from "#components/datagrid/live-data-grid.tsx";
import { getJson, RequestError } from "#components/query/get-json.ts";
import { Code } from "#components/ui/code.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { extrasQuery, type ExtrasQuery } from "#lib/schemas/jobs.ts";
import type { ExtrasPage, ExtraView, JobSnapshot } from "#lib/services/jobs/index.ts";
import { ExtrasNotes, NoExtras } from "./extras-notes.tsx";
import { usePacedRefetch } from "./use-paced-refetch.ts";

interface ExtrasGridProps {
  snapshot: JobSnapshot;
  /** What the page was rendered with, and the parameters that it answers; null when another list was asked for. */
  initial: { page: ExtrasPage; query: ExtrasQuery } | null;
}

/** What a comparison found in the repositories of its images besides them. */
export function ExtrasGrid({ snapshot, initial }: ExtrasGridProps) {
  const t = useTranslations("jobs.extras");
  const { id, run, state, extras } = snapshot;
  const path = `/jobs/${id}`;
  const parameters = useSearchParams();
  const query = useMemo(() => extrasQuery.parse(Object.fromEntries(parameters)), [parameters]);
  const { data, isPlaceholderData, error, refetch } = useQuery({
    queryKey: ["jobs", id, "extras", query],
    queryFn: ({ signal }) => getJson<ExtrasPage>(formatGridHref(`/api${path}/extras`, query), signal),
    placeholderData: keepPreviousData,
    ...(initial && JSON.stringify(query) === JSON.stringify(initial.query) && { initialData: initial.page }),
  });
  usePacedRefetch(id, "extras", JSON.stringify([run, state, extras]));
  const columns = useExtraColumns();
  const gridQuery = { ...query, list: "extra" };
  return (
    <div className="space-y-3">
      <ExtrasNotes snapshot={snapshot} unlisted={data?.unlisted ?? []} />
      <LiveDataGrid
        label={t("title")}
        path={path}
        query={gridQuery}
        page={data}
        stale={isPlaceholderData}
        error={error instanceof RequestError ? error.error : null}
        onRetry={() => void refetch()}
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
