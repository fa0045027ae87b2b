"use client";

import { useState } from "react";

const rowsPerPage = 25;

/** Search and pages over rows that the browser has whole. */
export function useTableWindow<Row>(rows: readonly Row[], textOf: (row: Row) => string) {
  const [search, setSearch] = useState("");
  const [asked, setPage] = useState(1);
  const wanted = search.trim().toLowerCase();
  const found = wanted === "" ? rows : rows.filter((row) => textOf(row).toLowerCase().includes(wanted));
  const pages = Math.max(1, Math.ceil(found.length / rowsPerPage));
  const page = Math.min(asked, pages);
  return {
    search,
    setSearch: (text: string) => {
      setSearch(text);
      setPage(1);
    },
    found,
    visible: found.slice((page - 1) * rowsPerPage, page * rowsPerPage),
    page,
    pages,
    setPage,
  };
}
