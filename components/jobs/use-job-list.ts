import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { useMemo } from "react";
import type { GridQuery } from "#components/datagrid/grid-column.ts";
import { formatGridHref } from "#components/datagrid/grid-href.ts";
import { getJson, RequestError } from "#components/query/get-json.ts";
import type { ErrorView } from "#lib/errors.ts";
import type { Page } from "#lib/schemas/list-query.ts";
import { type JobPart, usePacedRefetch } from "./use-paced-refetch.ts";

/** What the page was rendered with, and the parameters that it answers. */
export interface InitialList<Rows, Query> {
  page: Rows;
  query: Query;
}

interface JobListOptions<Rows, Query> {
  jobId: string;
  /** Names the route below the job's. */
  part: JobPart;
  /** Reads the parameters of the address. */
  schema: { parse: (parameters: unknown) => Query };
  /** How the address names the list; absent for the one that is shown unless another is asked for. */
  list?: string;
  /** Null when another list was asked for. */
  initial: InitialList<Rows, Query> | null;
  /** Changes whenever the rows may have. */
  mark: string;
}

interface JobList<Rows, Query> {
  query: Query;
  page: Rows | undefined;
  /** What a `LiveDataGrid` takes of it. */
  grid: {
    path: string;
    query: GridQuery;
    page: Rows | undefined;
    stale: boolean;
    error: ErrorView | null;
    onRetry: () => void;
  };
}

/** One of a job's lists as the address asks for it, kept right while the job goes on. */
export function useJobList<Rows extends Page<unknown>, Query extends GridQuery>({
  jobId,
  part,
  schema,
  list,
  initial,
  mark,
}: JobListOptions<Rows, Query>): JobList<Rows, Query> {
  const path = `/jobs/${jobId}`;
  const parameters = useSearchParams();
  const query = useMemo(() => schema.parse(Object.fromEntries(parameters)), [schema, parameters]);
  const gridQuery = { ...joinValues(query), ...(list !== undefined && { list }) };
  const { data, isPlaceholderData, error, refetch } = useQuery({
    queryKey: ["jobs", jobId, part, query],
    queryFn: ({ signal }) => getJson<Page<unknown>>(formatGridHref(`/api${path}/${part}`, gridQuery), signal),
    placeholderData: keepPreviousData,
    ...(initial && JSON.stringify(query) === JSON.stringify(initial.query) && { initialData: initial.page }),
  });
  usePacedRefetch(jobId, part, mark);
  // The library's types cannot keep a page that they do not know.
  const page = data as Rows | undefined;
  return {
    query,
    page,
    grid: {
      path,
      query: gridQuery,
      page,
      stale: isPlaceholderData,
      error: error instanceof RequestError ? error.error : null,
      onRetry: () => void refetch(),
    },
  };
}

/** Several values of one column as they stand in an address. */
function joinValues<Query extends GridQuery>(query: Query): GridQuery {
  const entries = Object.entries(query).map(([name, value]: [string, unknown]) => [
    name,
    Array.isArray(value) ? value.join() : value,
  ]);
  return Object.fromEntries(entries) as GridQuery;
}
