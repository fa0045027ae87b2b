"use client";

import { columnVisibilityFeature, tableFeatures, useTable } from "@tanstack/react-table";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { Button } from "#components/ui/button.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import type { ErrorView } from "#lib/errors.ts";
import type { Page } from "#lib/schemas/list-query.ts";
import { ColumnChooser } from "./column-chooser.tsx";
import type { GridProps } from "./data-grid.tsx";
import { GridFilters } from "./grid-filters.tsx";
import { GridFrame } from "./grid-frame.tsx";
import { LiveGridNavigation } from "./grid-navigation.tsx";
import { GridPagination } from "./grid-pagination.tsx";
import { GridPlaceholder } from "./grid-placeholder.tsx";
import { GridRowsSkeleton } from "./grid-rows-skeleton.tsx";
import { GridTable } from "./grid-table.tsx";

const features = tableFeatures({ columnVisibilityFeature });
const nothing = {};
const noRows: never[] = [];

interface LiveDataGridProps<Row extends object> extends GridProps<Row> {
  /** What the query gave last; undefined while the first answer is on its way. Keep the previous page meanwhile. */
  page: Page<Row> | undefined;
  /** The rows belong to the previous parameters: shown dimmed. */
  stale?: boolean;
  /** Why there is no answer; shown above rows that may be old. */
  error?: ErrorView | null;
  onRetry?: () => void;
}

/**
 * The datagrid for rows that change while one looks: same look and parameters as `DataGrid`, but its controls only
 * change the address (`useSearchParams` follows), and the rows come from a query. Its columns can be hidden.
 */
export function LiveDataGrid<Row extends object>({
  label,
  columns,
  page,
  query,
  path,
  rowKey,
  rowActions,
  rowDetail,
  actions,
  filters = [],
  searchable = true,
  empty,
  keep = nothing,
  stale = false,
  error = null,
  onRetry,
}: LiveDataGridProps<Row>) {
  const t = useTranslations("common");
  const definitions = useMemo(
    () => columns.map((column) => ({ id: column.id, header: column.label, enableHiding: true })),
    [columns],
  );
  const table = useTable({
    features,
    columns: definitions,
    data: page?.rows ?? noRows,
    getRowId: rowKey,
  });
  const visible = table.getVisibleLeafColumns().map((column) => column.id);
  const place = { path, query, keep };
  return (
    <LiveGridNavigation>
      <GridFrame
        actions={actions}
        filters={
          (searchable || filters.length > 0) && (
            <GridFilters label={label} searchable={searchable} filters={filters} {...place} />
          )
        }
        footer={
          <>
            <ColumnChooser columns={table.getAllLeafColumns()} visible={visible} />
            {page && <GridPagination label={label} total={page.total} {...place} />}
          </>
        }
      >
        {error && (
          <ErrorAlert
            error={error}
            className="m-2"
            action={
              onRetry && (
                <Button size="sm" onClick={onRetry}>
                  {t("retry")}
                </Button>
              )
            }
          />
        )}
        <GridTable
          label={label}
          columns={columns.filter((column) => visible.includes(column.id))}
          rows={table.getRowModel().rows.map((row) => row.original)}
          rowKey={rowKey}
          rowActions={rowActions}
          rowDetail={rowDetail}
          dimmed={stale}
          placeholder={
            page === undefined ? (
              error === null && <GridRowsSkeleton columns={visible.length} rows={5} />
            ) : (
              <GridPlaceholder searchable={searchable} filters={filters} empty={empty} {...place} />
            )
          }
          {...place}
        />
      </GridFrame>
    </LiveGridNavigation>
  );
}
