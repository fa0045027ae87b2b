"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { type LiveStatus, useReportLiveStatus } from "#components/layout/live-status.tsx";
import { getJson } from "#components/query/get-json.ts";
import type { JobSnapshot } from "#lib/services/jobs/index.ts";
import { isEnded } from "./job-states.ts";

const pollIntervalMs = 3_000;
/** A browser gives up a stream that was refused; this is when it is asked for again. */
const reopenMs = 20_000;

/**
 * What moves while a job runs: pushed by the server, asked for every few seconds while the stream is away. It starts
 * from what the page was rendered with, so nothing is empty after a reload.
 */
export function useJobSnapshot(initial: JobSnapshot): JobSnapshot {
  const { id } = initial;
  const client = useQueryClient();
  // Until the first error says otherwise.
  const [streaming, setStreaming] = useState(true);
  const { data, isError } = useQuery({
    queryKey: ["jobs", id, "snapshot"],
    queryFn: ({ signal }) => getJson<JobSnapshot>(`/api/jobs/${id}`, signal),
    initialData: initial,
    staleTime: Infinity,
    refetchInterval: (query) =>
      streaming || isEnded(query.state.data?.state ?? initial.state) ? false : pollIntervalMs,
  });

  useEffect(() => {
    let source: EventSource;
    let reopening: ReturnType<typeof setTimeout>;
    const open = () => {
      source = new EventSource(`/api/jobs/events?job=${id}`);
      source.addEventListener("open", () => setStreaming(true));
      source.addEventListener("snapshot", (event: MessageEvent<string>) => {
        client.setQueryData(["jobs", id, "snapshot"], JSON.parse(event.data) as JobSnapshot);
      });
      source.addEventListener("error", () => {
        setStreaming(false);
        if (source.readyState === EventSource.CLOSED) reopening = setTimeout(open, reopenMs);
      });
    };
    open();
    return () => {
      clearTimeout(reopening);
      source.close();
    };
  }, [client, id]);

  const status: LiveStatus = streaming ? "live" : isError ? "lost" : "polling";
  useReportLiveStatus(status);
  return data;
}
