import type { ReactNode } from "react";
import type { Page } from "#lib/schemas/list-query.ts";
import type { GridColumn, GridFilter, GridQuery } from "./grid-column.ts";
import { GridFilters } from "./grid-filters.tsx";
import { GridFrame } from "./grid-frame.tsx";
import { GridPagination } from "./grid-pagination.tsx";
import { GridPlaceholder } from "./grid-placeholder.tsx";
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
  /** Whether there is a search box; true unless said otherwise. */
  searchable?: boolean;
  /** In place of the rows when there are none and no filter is set: an `EmptyState`. */
  empty?: ReactNode;
  /** Other parameters of the page that must survive, such as its tab. */
  keep?: Readonly<Record<string, string>>;
}

const nothing = {};

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
  searchable = true,
  empty,
  keep = nothing,
}: GridProps<Row> & { page: Page<Row> }) {
  const place = { path, query, keep };
  return (
    <GridFrame
      actions={actions}
      filters={
        (searchable || filters.length > 0) && (
          <GridFilters label={label} searchable={searchable} filters={filters} {...place} />
        )
      }
      footer={<GridPagination label={label} total={page.total} {...place} />}
    >
      <GridTable
        label={label}
        columns={columns}
        rows={page.rows}
        rowKey={rowKey}
        rowActions={rowActions}
        rowDetail={rowDetail}
        placeholder={<GridPlaceholder searchable={searchable} filters={filters} empty={empty} {...place} />}
        {...place}
      />
    </GridFrame>
  );
}
