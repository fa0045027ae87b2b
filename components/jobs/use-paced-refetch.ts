import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { createPacedTask, type PacedTask } from "./paced-task.ts";

const gapMs = 1_000;

export type JobPart = "tasks" | "failures" | "extras" | "prune" | "deletions" | "kept";

/** Asks anew for what a job's page shows of `part` whenever `mark` changes, at most once a second. */
export function usePacedRefetch(jobId: string, part: JobPart, mark: string): void {
  const client = useQueryClient();
  const paced = useRef<PacedTask | null>(null);
  // What the server rendered needs no asking.
  const [first] = useState(mark);

  useEffect(() => {
    const refetch = () => client.refetchQueries({ queryKey: ["jobs", jobId, part], type: "active" });
    const task = createPacedTask(refetch, gapMs);
    paced.current = task;
    return () => task.stop();
  }, [client, jobId, part]);

  useEffect(() => {
    if (mark !== first) paced.current?.call();
  }, [mark, first]);
}
