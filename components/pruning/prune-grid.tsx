import { useTranslations } from "next-intl";
import { DataGrid } from "#components/datagrid/data-grid.tsx";
import type { GridColumn } from "#components/datagrid/grid-column.ts";
import { Code } from "#components/ui/code.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { RelativeTime } from "#components/ui/time.tsx";
import { PruneWhy } from "#lib/db/generated/enums.ts";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { PrunePreviewQuery } from "#lib/schemas/pruning.ts";
import type { PrunePreview, PrunePreviewRow } from "#lib/services/pruning/index.ts";

interface PruneGridProps {
  path: string;
  rows: PrunePreview["rows"];
  query: PrunePreviewQuery;
  /** What the service provider has published itself. */
  isProvider: boolean;
}

/** Images that a clean-up would look at, as far as the panel knows without asking the registry. */
export function PruneGrid({ path, rows, query, isProvider }: PruneGridProps) {
  const t = useTranslations("pruning");
  const tJobs = useTranslations("jobs");
  const tTasks = useTranslations("jobs.tasks");
  const formats = useFormats();
  const whys = isProvider ? "whysProvider" : "whys";
  const gridQuery = { ...query, why: query.why.join() };
  const columns: GridColumn<PrunePreviewRow>[] = [
    {
      id: "target",
      label: t("image"),
      sort: "target",
      rowHeader: true,
      breakAnywhere: true,
      render: ({ target, original }) => (
        <>
          <Code>{target}</Code>
          <p className="text-xs font-normal text-muted">
            {original === null ? t("unknownName") : <Code>{original}</Code>}
          </p>
        </>
      ),
    },
    {
      id: "why",
      label: t("why"),
      sort: "why",
      render: ({ why, neededByOthers }) => (
        <>
          {t(`${whys}.${why}`)}
          {neededByOthers && <p className="text-xs text-muted">{t("stays")}</p>}
        </>
      ),
    },
    {
      id: "publishedAt",
      label: t("publishedAt"),
      sort: "publishedAt",
      hideBelow: "md",
      render: ({ publishedAt }) => <RelativeTime value={publishedAt} />,
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
  ];
  return (
    <DataGrid
      label={tJobs("images")}
      path={path}
      query={gridQuery}
      page={rows}
      columns={columns}
      filters={[
        {
          name: "why",
          label: t("why"),
          options: Object.values(PruneWhy).map((why) => ({ value: why, label: t(`${whys}.${why}`) })),
        },
      ]}
      rowKey={({ id }) => id}
      empty={<EmptyState title={t("nothing")}>{t("nothingHelp")}</EmptyState>}
    />
  );
}
