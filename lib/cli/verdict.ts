import type { FindingCode } from "../domain/doctor/finding.ts";
import type { FindingFacts } from "../domain/doctor/finding-facts.ts";

/** What the doctor found, in words. */
export interface Verdict {
  /** What was seen. */
  readonly seen: string;
  /** What follows from it, where that is not evident. */
  readonly meaning?: string;
  /** What to do, where something is to be done. */
  readonly remedy?: string;
}

/** Verdicts of some codes. */
export type Verdicts<Code extends FindingCode> = {
  readonly [Each in Code]: (facts: FindingFacts[Each]) => Verdict;
};

/** `a`, `a and b`, `a, b and c`; what is too long is counted. */
export function list(items: readonly string[], shown = 8): string {
  const told = items.length > shown ? [...items.slice(0, shown), `${items.length - shown} more`] : [...items];
  const last = told.pop() ?? "";
  return told.length === 0 ? last : `${told.join(", ")} and ${last}`;
}
