import { queryOptions } from "@tanstack/react-query";
import { getJson } from "#components/query/get-json.ts";
import type { ComponentChoice } from "#lib/schemas/releases.ts";

/** All components of a release, to choose from. */
export function componentQuery(releaseId: string) {
  return queryOptions({
    queryKey: ["releases", releaseId, "components"],
    queryFn: ({ signal }) => getJson<ComponentChoice[]>(`/api/releases/${releaseId}/components`, signal),
    staleTime: 60_000,
  });
}
