import type { DoctorStep } from "./doctor-step.ts";
import { type Finding, type FindingCode, findingSeverities } from "./finding.ts";
import type { FindingFacts } from "./finding-facts.ts";

/** Of a text that a server sent: what is longer says nothing more. */
const maxTextLength = 400;
const maxItems = 50;
const maxDepth = 6;

/** A finding whose facts are bounded, whatever servers have sent. */
export function makeFinding<Code extends FindingCode>(
  step: DoctorStep,
  code: Code,
  facts: FindingFacts[Code],
): Finding {
  // The compiler does not see that code and facts are of one kind, which the parameters say.
  return { step, code, severity: findingSeverities[code], facts: bound(facts, 0) } as Finding;
}

function bound(value: unknown, depth: number): unknown {
  if (typeof value === "string") {
    return value.length > maxTextLength ? `${value.slice(0, maxTextLength)}…` : value;
  }
  if (typeof value !== "object" || value === null) return value;
  if (depth === maxDepth) return null;
  if (Array.isArray(value)) return value.slice(0, maxItems).map((each) => bound(each, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, maxItems)
      .map(([key, each]) => [key, bound(each, depth + 1)]),
  );
}
