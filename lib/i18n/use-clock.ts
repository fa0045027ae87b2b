import { useNow } from "next-intl";
import { useCallback, useSyncExternalStore } from "react";

/**
 * The time, kept right to the interval. The server's time serves the first paint alone: it is that of the first page, and
 * whatever is mounted an hour later would take it for now.
 */
export function useClock(intervalMs: number): Date {
  const ofFirstPage = useNow();
  const subscribe = useCallback(
    (changed: () => void) => {
      const timer = setInterval(changed, intervalMs);
      return () => clearInterval(timer);
    },
    [intervalMs],
  );
  const timeMs = useSyncExternalStore(
    subscribe,
    () => Math.floor(Date.now() / intervalMs) * intervalMs,
    () => ofFirstPage.getTime(),
  );
  return new Date(timeMs);
}
