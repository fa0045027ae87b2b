import type { Selection } from "./selection.ts";

export type ReleaseProblem = "chooseRelease" | "noneChosen";

/** What is wrong with the first step; null when it may be left. */
export function checkReleases(selection: Selection): ReleaseProblem | null {
  const chosen = Object.values(selection);
  if (chosen.length === 0) return "chooseRelease";
  return chosen.some((ids) => ids !== "all" && ids.length === 0) ? "noneChosen" : null;
}
