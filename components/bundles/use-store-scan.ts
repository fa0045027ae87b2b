import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useState } from "react";
import { useAction } from "#components/forms/use-action.ts";
import { getJson } from "#components/query/get-json.ts";
import { useToast } from "#components/ui/toast.tsx";
import { scanStoreAction } from "#lib/actions/bundles.ts";
import { useErrorText } from "#lib/i18n/use-error-text.ts";
import type { StoreView } from "#lib/services/bundles/bundle-views.ts";
import { bundlesKey, movingIntervalMs, useBundlesChanged } from "./bundles-query.ts";

const storesQuery = queryOptions({
  queryKey: [bundlesKey, "stores"],
  queryFn: ({ signal }) => getJson<StoreView[]>("/api/bundle-stores", signal),
});

/** Has a worker look at what a store holds, and asks every few seconds until it has. */
export function useStoreScan({ id, scannedAt: known }: StoreView) {
  const errorText = useErrorText();
  const toast = useToast();
  const client = useQueryClient();
  const changed = useBundlesChanged();
  const [asked, setAsked] = useState<{ after: string | null } | null>(null);
  const findScannedAt = (stores: readonly StoreView[] | undefined) =>
    latest(known, stores?.find((store) => store.id === id)?.scannedAt ?? null);
  const isDone = (scannedAt: string | null) => asked !== null && scannedAt !== asked.after;

  const { run, pending } = useAction(async (input: { storeId: string }) => {
    // Workers look by themselves, too: an earlier look than the one asked for is not to be taken for it.
    const after = findScannedAt(await client.fetchQuery({ ...storesQuery, staleTime: 0 }));
    const result = await scanStoreAction(input);
    return result.ok ? { ok: true as const, value: after } : result;
  });
  const { data } = useQuery({
    ...storesQuery,
    enabled: asked !== null,
    refetchInterval: ({ state }) => (isDone(findScannedAt(state.data)) ? false : movingIntervalMs),
  });
  const scannedAt = findScannedAt(data);
  const done = isDone(scannedAt);

  const showFound = useEffectEvent(changed);
  useEffect(() => {
    if (done) showFound();
  }, [done]);

  const look = () =>
    void run({ storeId: id }, (after) => setAsked({ after })).then((result) => {
      if (result.ok) return;
      const { title, hint } = errorText(result.error);
      toast({ status: "danger", title, description: hint });
    });
  return { look, looking: pending || (asked !== null && !done), done, scannedAt };
}

/** Of two times in ISO 8601. */
function latest(one: string | null, other: string | null): string | null {
  return (one ?? "") > (other ?? "") ? one : other;
}
