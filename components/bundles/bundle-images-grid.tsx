import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useSearchParams } from "next/navigation";
import { useMemo, useState } from "react";
import type { GridColumn } from "#components/datagrid/grid-column.ts";
import { formatGridHref } from "#components/datagrid/grid-href.ts";
import { LiveDataGrid } from "#components/datagrid/live-data-grid.tsx";
import { getJson, RequestError } from "#components/query/get-json.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Code } from "#components/ui/code.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { bundleImagesQuery, type BundleImagesQuery } from "#lib/schemas/bundles.ts";
import type { Page } from "#lib/schemas/list-query.ts";
import type { BundleDetail, BundleImageView } from "#lib/services/bundles/bundle-views.ts";
import { bundlesKey } from "./bundles-query.ts";

interface BundleImagesGridProps {
  bundle: BundleDetail;
  /** What the page was rendered with, and the parameters that it answers. */
  initial: { page: Page<BundleImageView>; query: BundleImagesQuery };
}

/** What is inside. */
export function BundleImagesGrid({ bundle, initial }: BundleImagesGridProps) {
  const t = useTranslations("bundles");
  const { id, state, checkedAt, imageCount } = bundle;
  const path = `/bundles/${id}`;
  const parameters = useSearchParams();
  const query = useMemo(() => bundleImagesQuery.parse(Object.fromEntries(parameters)), [parameters]);
  // A check may find other images than those that were known.
  const mark = JSON.stringify([state, checkedAt, imageCount]);
  const [first] = useState(mark);
  const { data, isPlaceholderData, error, refetch } = useQuery({
    queryKey: [bundlesKey, id, "images", query, mark],
    queryFn: ({ signal }) =>
      getJson<Page<BundleImageView>>(formatGridHref(`/api${path}/images`, query), signal),
    placeholderData: keepPreviousData,
    ...(mark === first &&
      JSON.stringify(query) === JSON.stringify(initial.query) && { initialData: initial.page }),
  });
  const columns = useImageColumns();
  return (
    <LiveDataGrid
      label={t("images")}
      path={path}
      query={query}
      page={data}
      stale={isPlaceholderData}
      error={error instanceof RequestError ? error.error : null}
      onRetry={() => void refetch()}
      columns={columns}
      rowKey={({ position }) => String(position)}
      empty={<EmptyState title={t("noImages")}>{t("noImagesHelp")}</EmptyState>}
    />
  );
}

function useImageColumns(): GridColumn<BundleImageView>[] {
  const t = useTranslations("bundles");
  const tTasks = useTranslations("jobs.tasks");
  return useMemo(
    () => [
      {
        id: "position",
        label: "#",
        sort: "position",
        align: "end",
        width: "3rem",
        hideBelow: "md",
        render: ({ position }) => <span className="text-muted">{position}</span>,
      },
      {
        id: "image",
        label: tTasks("image"),
        sort: "name",
        rowHeader: true,
        width: "45%",
        breakAnywhere: true,
        render: ({ repository, tag, original, inBase }) => (
          <>
            <Code className="text-compact">{tag === "" ? repository : `${repository}:${tag}`}</Code>{" "}
            {inBase && <Badge>{t("inBase")}</Badge>}
            <Code className="block text-muted">{original}</Code>
          </>
        ),
      },
      {
        id: "digest",
        label: tTasks("digest"),
        hideBelow: "md",
        breakAnywhere: true,
        render: ({ digest }) => (
          <span className="flex items-start gap-1">
            <Code className="pt-0.5">{digest}</Code>
            <CopyButton value={digest} />
          </span>
        ),
      },
    ],
    [t, tTasks],
  );
}
