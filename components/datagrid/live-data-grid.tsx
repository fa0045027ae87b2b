"use client";

import { columnVisibilityFeature, tableFeatures, useTable } from "@tanstack/react-table";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { Button } from "#components/ui/button.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import type { ErrorView } from "#lib/errors.ts";
import type { Page } from "#lib/schemas/list-query.ts";
import { ColumnChooser } from "./column-chooser.tsx";
import { DataGrid, type GridProps } from "./data-grid.tsx";
import { LiveGridNavigation } from "./grid-navigation.tsx";

const features = tableFeatures({ columnVisibilityFeature });
const noRows: never[] = [];

interface LiveDataGridProps<Row extends object> extends GridProps<Row> {
  /** What the query gave last; undefined while the first answer is on its way. Keep the previous page meanwhile. */
  page: Page<Row> | undefined;
  /** The rows belong to the previous parameters. */
  stale: boolean;
  /** Why there is no answer; shown above rows that may be old. */
  error: ErrorView | null;
  onRetry: () => void;
}

/**
 * The datagrid for rows that change while one looks: its controls only change the address (`useSearchParams` follows),
 * and the rows come from a query. Its columns can be hidden.
 */
export function LiveDataGrid<Row extends object>({
  columns,
  page,
  error,
  onRetry,
  ...rest
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
    getRowId: rest.rowKey,
  });
  const visible = table.getVisibleLeafColumns().map((column) => column.id);
  return (
    <LiveGridNavigation>
      <DataGrid
        {...rest}
        page={page}
        columns={columns.filter((column) => visible.includes(column.id))}
        tools={<ColumnChooser columns={table.getAllLeafColumns()} visible={visible} />}
        notice={
          error && (
            <ErrorAlert
              error={error}
              className="m-2"
              action={
                <Button size="sm" onClick={onRetry}>
                  {t("retry")}
                </Button>
              }
            />
          )
        }
      />
    </LiveGridNavigation>
  );
}
