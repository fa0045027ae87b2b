import { z } from "zod";

export const pageSizes = [10, 25, 50, 100] as const;
export const defaultPageSize = 25;

/** One page of a list; `total` counts what the search and the filters leave, over all pages. `page` starts at 1. */
export interface Page<T> {
  rows: T[];
  total: number;
  page: number;
  pageSize: number;
}

/**
 * What every datagrid asks for, as it stands in a URL. A value that makes no sense becomes the default: a mistyped
 * address shows a list, not an error.
 *
 * @param sorts columns that may be sorted by; the first is the default
 */
export function listQuery<const Sorts extends readonly [string, ...string[]]>(
  sorts: Sorts,
  defaultOrder: "asc" | "desc" = "asc",
) {
  return z.object({
    search: z.string().trim().max(200).catch(""),
    sort: z.enum(sorts).catch(() => sorts[0] as Sorts[number]),
    order: z.enum(["asc", "desc"]).catch(defaultOrder),
    page: z.coerce.number().int().min(1).max(100_000).catch(1),
    pageSize: z.coerce
      .number()
      .refine((size) => pageSizes.some((known) => known === size))
      .catch(defaultPageSize),
  });
}

/** `skip` and `take` of a page. */
export function pageWindow(query: { page: number; pageSize: number }): { skip: number; take: number } {
  return { skip: (query.page - 1) * query.pageSize, take: query.pageSize };
}
