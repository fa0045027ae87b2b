import type { ReactNode } from "react";

/** One column of a datagrid, for rows rendered on the server or in the browser alike. */
export interface GridColumn<Row> {
  id: string;
  label: string;
  render: (row: Row) => ReactNode;
  /** Value of the `sort` parameter when sorted by this column; without it the column cannot be sorted. */
  sort?: string;
  /** Figures stand at the end, so that their digits line up. */
  align?: "start" | "end";
  /** The column that names the row; the first one unless another says so. */
  rowHeader?: boolean;
  /** Left out on screens narrower than 768 px (`md`) or 992 px (`lg`). */
  hideBelow?: "md" | "lg";
  /** A CSS length, as a hint. */
  width?: string;
  /** Long unbroken text (references, digests) may break anywhere instead of widening the grid. */
  breakAnywhere?: boolean;
}

/** A choice, or without options a day, above the grid, sent as the parameter `name`; its empty value means all. */
export interface GridFilter {
  name: string;
  label: string;
  options?: readonly { value: string; label: string }[];
}

/** What `listQuery` of lib/schemas parses out of an address; filters are further keys of the same object. */
export interface GridQuery {
  search: string;
  sort: string;
  order: "asc" | "desc";
  page: number;
  pageSize: number;
}
