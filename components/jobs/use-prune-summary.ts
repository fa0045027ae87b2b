import { useQuery } from "@tanstack/react-query";
import { getJson } from "#components/query/get-json.ts";
import type { JobSnapshot } from "#lib/services/jobs/index.ts";
import type { PruneSummary } from "#lib/services/pruning/index.ts";
import { usePacedRefetch } from "./use-paced-refetch.ts";

/** Changes whenever what a clean-up plans, or has done, does. */
export const markPrune = ({ run, state, deletions }: JobSnapshot): string =>
  JSON.stringify([run, state, deletions]);

/** What a clean-up is about, in figures. */
export function usePruneSummary(snapshot: JobSnapshot) {
  const { id } = snapshot;
  const query = useQuery({
    queryKey: ["jobs", id, "prune"],
    queryFn: ({ signal }) => getJson<PruneSummary>(`/api/jobs/${id}/prune`, signal),
  });
  usePacedRefetch(id, "prune", markPrune(snapshot));
  return query;
}
