"use client";

import { useState } from "react";

const rowsPerPage = 25;

/** Pages over rows that the browser has whole. */
export function usePages<Row>(rows: readonly Row[], pageSize = rowsPerPage) {
  const [asked, setPage] = useState(1);
  const pages = Math.max(1, Math.ceil(rows.length / pageSize));
  const page = Math.min(asked, pages);
  return { visible: rows.slice((page - 1) * pageSize, page * pageSize), page, pages, setPage };
}

/** Those whose text has what is searched, whatever its case. */
export function searchRows<Row>(
  rows: readonly Row[],
  search: string,
  textOf: (row: Row) => string,
): readonly Row[] {
  const wanted = search.trim().toLowerCase();
  return wanted === "" ? rows : rows.filter((row) => textOf(row).toLowerCase().includes(wanted));
}

/** Search and pages over rows that the browser has whole. */
export function useTableWindow<Row>(rows: readonly Row[], textOf: (row: Row) => string) {
  const [search, setSearch] = useState("");
  const found = searchRows(rows, search, textOf);
  const pages = usePages(found);
  return {
    search,
    setSearch: (text: string) => {
      setSearch(text);
      pages.setPage(1);
    },
    found,
    ...pages,
  };
}
