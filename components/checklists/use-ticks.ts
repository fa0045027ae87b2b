import { useOptimistic } from "react";
import type { ChecklistItem, ChecklistRow } from "#lib/schemas/checklists.ts";

type Switched = ReadonlyMap<ChecklistItem, boolean>;
const none: Switched = new Map();

/**
 * What is ticked, with what the reader has just switched before the server has said so. Once it has, or has refused, only
 * what it says holds.
 */
export function useTicks(rows: readonly ChecklistRow[]) {
  const [switched, tellSwitched] = useOptimistic(
    none,
    (before, [item, isTicked]: readonly [ChecklistItem, boolean]): Switched =>
      new Map([...before, [item, isTicked]]),
  );
  const ticks = rows.map(({ item, tick }) => {
    const isTicked = switched.get(item) ?? tick !== null;
    return { item, isTicked, tick: isTicked ? tick : null };
  });
  return { ticks, tellSwitched };
}
