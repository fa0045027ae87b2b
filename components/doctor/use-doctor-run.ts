import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { useReportLiveStatus } from "#components/layout/live-status.tsx";
import { getJson, isGone } from "#components/query/get-json.ts";
import { type DoctorRunDetail, isGoing } from "#lib/schemas/doctor.ts";

/** Somebody waits for it, and it is over within a minute or two. */
const intervalMs = 1_000;

/** A run as the page was rendered with it, then asked for every second for as long as more is to come. */
export function useDoctorRun(initial: DoctorRunDetail): { run: DoctorRunDetail; gone: boolean } {
  const { id } = initial;
  const client = useQueryClient();
  const queryKey = useMemo(() => ["doctor-runs", id], [id]);
  const { data, error } = useQuery({
    queryKey,
    queryFn: ({ signal }) => getJson<DoctorRunDetail>(`/api/doctor/${id}`, signal),
    initialData: initial,
    refetchOnMount: false,
    refetchInterval: ({ state: { data: shown = initial, error: failure } }) =>
      isGoing(shown) && !isGone(failure) ? intervalMs : false,
  });

  // The page may be read again, as after an action.
  useEffect(() => {
    client.setQueryData(queryKey, initial);
  }, [client, queryKey, initial]);

  const gone = isGone(error);
  useReportLiveStatus(!isGoing(data) || gone ? null : error === null ? "polling" : "lost");
  return { run: data, gone };
}
