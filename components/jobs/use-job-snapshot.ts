import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useEffect, useMemo, useState } from "react";
import { useReportLiveStatus } from "#components/layout/live-status.tsx";
import { getJson, isGone, RequestError } from "#components/query/get-json.ts";
import type { JobSnapshot } from "#lib/services/jobs/index.ts";
import { isEnded } from "./job-states.ts";
import { mergeSnapshots } from "./merge-snapshots.ts";
import { openJobStream } from "./open-job-stream.ts";
import { usePageVisible } from "./use-page-visible.ts";

const pollIntervalMs = 3_000;

/**
 * What moves while a job runs: pushed by the server, asked for every few seconds while the stream is away. It starts
 * from what the page was rendered with, so nothing is empty after a reload.
 */
export function useJobSnapshot(initial: JobSnapshot): { snapshot: JobSnapshot; gone: boolean } {
  const { id } = initial;
  const client = useQueryClient();
  const router = useRouter();
  const queryKey = useMemo(() => ["jobs", id, "snapshot"], [id]);
  const [stream, setStream] = useState<"opening" | "live" | "down">("opening");
  const visible = usePageVisible();

  const { data, error } = useQuery({
    queryKey,
    queryFn: ({ signal }) => getJson<JobSnapshot>(`/api/jobs/${id}`, signal),
    initialData: initial,
    refetchOnMount: false,
    refetchInterval: (query) => {
      const active = !isEnded((query.state.data ?? initial).state) && !isGone(query.state.error);
      return active && (!visible || stream === "down") ? pollIntervalMs : false;
    },
    // The title of a tab behind others still tells how far the job is.
    refetchIntervalInBackground: true,
    structuralSharing: (shown, heard) =>
      shown === undefined ? heard : mergeSnapshots(shown as JobSnapshot, heard as JobSnapshot),
  });

  // The page may be read again, as after a retry.
  useEffect(() => {
    client.setQueryData(queryKey, initial);
  }, [client, queryKey, initial]);

  // A browser opens six connections to a server at most, so neither an ended job nor a hidden tab holds one.
  const gone = isGone(error);
  const active = !isEnded(data.state) && !gone;
  const listening = active && visible;
  useEffect(() => {
    if (!listening) return;
    const close = openJobStream(id, {
      onSnapshot: (snapshot) => {
        client.setQueryData(queryKey, snapshot);
        setStream("live");
      },
      onDown: () => setStream("down"),
    });
    return () => {
      close();
      setStream("opening");
    };
  }, [client, queryKey, id, listening]);

  // Reading the page anew leads to sign-in and back.
  const signedOut = error instanceof RequestError && error.status === 401;
  useEffect(() => {
    if (signedOut) router.refresh();
  }, [router, signedOut]);

  useReportLiveStatus(!active ? null : stream !== "down" ? "live" : error === null ? "polling" : "lost");
  return { snapshot: data, gone };
}
