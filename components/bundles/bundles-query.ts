import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";

/** How often a page asks again for a bundle that changes by itself. */
export const movingIntervalMs = 2_000;

/** The first part of the keys of all queries about bundles. */
export const bundlesKey = "bundles";

/** To be called after something was done to a bundle: whatever shows bundles asks anew. */
export function useBundlesChanged(): () => void {
  const client = useQueryClient();
  const router = useRouter();
  return () => {
    void client.invalidateQueries({ queryKey: [bundlesKey] });
    router.refresh();
  };
}
