import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { useReportLiveStatus } from "#components/layout/live-status.tsx";
import { getJson } from "#components/query/get-json.ts";
import type { BundleDetail } from "#lib/services/bundles/bundle-views.ts";
import { isMoving } from "./bundle-states.ts";
import { bundlesKey, movingIntervalMs } from "./bundles-query.ts";

/** Files that were missing are found again by a worker's next look, which nobody waits for by the second. */
const missingIntervalMs = 15_000;

/** A bundle as the page was rendered with it, then asked for every few seconds for as long as it changes by itself. */
export function useBundle(initial: BundleDetail): BundleDetail {
  const { id } = initial;
  const client = useQueryClient();
  const queryKey = useMemo(() => [bundlesKey, id], [id]);
  const { data, error } = useQuery({
    queryKey,
    queryFn: ({ signal }) => getJson<BundleDetail>(`/api/bundles/${id}`, signal),
    initialData: initial,
    refetchOnMount: false,
    refetchInterval: ({ state: { data: shown = initial } }) => {
      if (isMoving(shown)) return movingIntervalMs;
      return shown.state === "missing" ? missingIntervalMs : false;
    },
  });

  // The page may be read again, as after an action.
  useEffect(() => {
    client.setQueryData(queryKey, initial);
  }, [client, queryKey, initial]);

  useReportLiveStatus(!isMoving(data) ? null : error === null ? "polling" : "lost");
  return data;
}
