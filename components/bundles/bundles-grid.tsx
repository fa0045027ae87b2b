"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useSearchParams } from "next/navigation";
import { useMemo } from "react";
import type { GridColumn } from "#components/datagrid/grid-column.ts";
import { formatGridHref } from "#components/datagrid/grid-href.ts";
import { LiveDataGrid } from "#components/datagrid/live-data-grid.tsx";
import { useReportLiveStatus } from "#components/layout/live-status.tsx";
import { getJson, RequestError } from "#components/query/get-json.ts";
import { Link } from "#components/ui/link.tsx";
import { DateTime } from "#components/ui/time.tsx";
import { BundleFormat, BundleState } from "#lib/db/generated/enums.ts";
import { useFormats } from "#lib/i18n/use-formats.ts";
import { bundlesQuery, type BundlesQuery } from "#lib/schemas/bundles.ts";
import type { Page } from "#lib/schemas/list-query.ts";
import type { BundleSummary } from "#lib/services/bundles/bundle-views.ts";
import { BundleMenu } from "./bundle-menu.tsx";
import { BundleStateLabel } from "./bundle-state-label.tsx";
import { isMoving } from "./bundle-states.ts";
import { bundlesKey, movingIntervalMs } from "./bundles-query.ts";
import { NoBundles } from "./no-bundles.tsx";

interface BundlesGridProps {
  /** What the page was rendered with, and the parameters that it answers. */
  initial: { page: Page<BundleSummary>; query: BundlesQuery };
  mayWrite: boolean;
  mayStart: boolean;
}

/** All bundles of all stores; asked for anew while one of them is written, uploaded or checked. */
export function BundlesGrid({ initial, mayWrite, mayStart }: BundlesGridProps) {
  const t = useTranslations("bundles");
  const tCommon = useTranslations("common");
  const tStates = useTranslations("states.bundle");
  const parameters = useSearchParams();
  const query = useMemo(() => bundlesQuery.parse(Object.fromEntries(parameters)), [parameters]);
  const gridQuery = { ...query, state: query.state.join(), format: query.format.join() };
  const { data, isPlaceholderData, error, refetch } = useQuery({
    queryKey: [bundlesKey, "list", query],
    queryFn: ({ signal }) => getJson<Page<BundleSummary>>(formatGridHref("/api/bundles", gridQuery), signal),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.rows.some(isMoving) === true ? movingIntervalMs : false),
    ...(JSON.stringify(query) === JSON.stringify(initial.query) && { initialData: initial.page }),
  });
  const moving = data?.rows.some(isMoving) === true;
  useReportLiveStatus(!moving ? null : error === null ? "polling" : "lost");
  const columns = useBundleColumns();
  return (
    <LiveDataGrid
      label={t("title")}
      path="/bundles"
      query={gridQuery}
      page={data}
      stale={isPlaceholderData}
      error={error instanceof RequestError ? error.error : null}
      onRetry={() => void refetch()}
      columns={columns}
      rowKey={({ id }) => id}
      {...((mayWrite || mayStart) && {
        rowActions: (bundle: BundleSummary) => (
          <BundleMenu bundle={bundle} mayWrite={mayWrite} mayStart={mayStart} />
        ),
      })}
      filters={[
        {
          name: "state",
          label: tCommon("state"),
          options: Object.values(BundleState).map((value) => ({ value, label: tStates(value) })),
        },
        {
          name: "format",
          label: t("format"),
          options: Object.values(BundleFormat).map((value) => ({ value, label: t(`formats.${value}`) })),
        },
      ]}
      empty={<NoBundles mayWrite={mayWrite} mayStart={mayStart} />}
    />
  );
}

function useBundleColumns(): GridColumn<BundleSummary>[] {
  const t = useTranslations("bundles");
  const tCommon = useTranslations("common");
  const formats = useFormats();
  return useMemo(
    () => [
      {
        id: "name",
        label: tCommon("name"),
        sort: "name",
        rowHeader: true,
        breakAnywhere: true,
        render: ({ id, name, loose, baseName }) => (
          <>
            <Link href={`/bundles/${id}`} className="link">
              {name}
            </Link>
            {loose && <span className="block text-xs text-muted">{t("extraFiles.title")}</span>}
            {baseName !== null && (
              <span className="block text-xs text-muted">{t("buildsOnName", { name: baseName })}</span>
            )}
          </>
        ),
      },
      {
        id: "state",
        label: tCommon("state"),
        render: (bundle) => <BundleStateLabel {...bundle} />,
      },
      {
        id: "format",
        label: t("format"),
        hideBelow: "md",
        render: ({ format }) => (format === null ? "–" : t(`formats.${format}`)),
      },
      {
        id: "origin",
        label: t("origin"),
        hideBelow: "lg",
        render: ({ origin }) => t(`origins.${origin}`),
      },
      { id: "store", label: t("store"), hideBelow: "lg", render: ({ store }) => store.name },
      {
        id: "images",
        label: t("images"),
        align: "end",
        hideBelow: "md",
        render: ({ imageCount }) => formats.number(imageCount),
      },
      {
        id: "size",
        label: t("size"),
        sort: "size",
        align: "end",
        hideBelow: "md",
        render: ({ sizeBytes }) => (
          <span className="whitespace-nowrap">{sizeBytes === null ? "–" : formats.bytes(sizeBytes)}</span>
        ),
      },
      {
        id: "createdAt",
        label: t("knownSince"),
        sort: "createdAt",
        hideBelow: "md",
        render: ({ createdAt }) => (
          <span className="whitespace-nowrap">
            <DateTime value={createdAt} />
          </span>
        ),
      },
    ],
    [t, tCommon, formats],
  );
}
