import type { ReactNode } from "react";
import type { Page } from "#lib/schemas/list-query.ts";
import type { GridColumn, GridFilter, GridQuery } from "./grid-column.ts";
import { GridFilters } from "./grid-filters.tsx";
import { GridFrame } from "./grid-frame.tsx";
import { GridPagination } from "./grid-pagination.tsx";
import { GridPlaceholder } from "./grid-placeholder.tsx";
import { GridRowsSkeleton } from "./grid-rows-skeleton.tsx";
import { GridTable } from "./grid-table.tsx";

export interface GridProps<Row> {
  /** Accessible name of the grid, in the plural: "Jobs". */
  label: string;
  columns: readonly GridColumn<Row>[];
  /** The parsed parameters of the address: search, sort, order, page, pageSize and one key per filter. */
  query: GridQuery;
  /** Path of the page that the grid stands on, without parameters. */
  path: string;
  rowKey: (row: Row) => string;
  rowActions?: (row: Row) => ReactNode;
  /** What stands below an opened row; null for a closed one. Which is open is the page's business. */
  rowDetail?: (row: Row) => ReactNode;
  /** Buttons that act on the list as a whole, at the left above the grid. */
  actions?: ReactNode;
  filters?: readonly GridFilter[];
  /** In place of the rows when there are none and no filter is set: an `EmptyState`. */
  empty?: ReactNode;
}

interface DataGridProps<Row> extends GridProps<Row> {
  /** Undefined while the first rows are on their way. */
  page: Page<Row> | undefined;
  /** The rows belong to other parameters than the grid's: shown dimmed. */
  stale?: boolean;
  /** Above the rows: why they may be old or are not there. */
  notice?: ReactNode;
  /** At the start of the footer. */
  tools?: ReactNode;
}

/**
 * A datagrid rendered on the server: search, filters, order and page stand in the address, its controls are links and
 * GET forms, so it works before and without scripts.
 */
export function DataGrid<Row>({
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
  empty,
  stale = false,
  notice,
  tools,
}: DataGridProps<Row>) {
  const place = { path, query };
  return (
    <GridFrame
      actions={actions}
      filters={<GridFilters label={label} filters={filters} {...place} />}
      footer={
        <>
          {tools}
          {page && <GridPagination label={label} total={page.total} {...place} />}
        </>
      }
    >
      {notice}
      <GridTable
        label={label}
        columns={columns}
        rows={page?.rows ?? []}
        rowKey={rowKey}
        rowActions={rowActions}
        rowDetail={rowDetail}
        dimmed={stale}
        placeholder={
          page ? (
            <GridPlaceholder filters={filters} empty={empty} {...place} />
          ) : (
            !notice && <GridRowsSkeleton columns={columns.length} rows={5} />
          )
        }
        {...place}
      />
    </GridFrame>
  );
}
