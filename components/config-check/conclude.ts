import type { CheckedText, ConfigFinding, ConfigSeverity } from "#lib/schemas/config-check.ts";

/** What a check comes to. `unknown`: nothing in the texts is anything that is checked here. */
export type Conclusion = "wrong" | "doubtful" | "unknown" | "fine";

export const countFindings = (findings: readonly ConfigFinding[], severity: ConfigSeverity): number =>
  findings.filter((finding) => finding.severity === severity).length;

/** Of one text, or of all. */
export function conclude(texts: readonly CheckedText[]): Conclusion {
  const findings = texts.flatMap((text) => text.findings);
  if (countFindings(findings, "error") > 0) return "wrong";
  if (countFindings(findings, "warning") > 0) return "doubtful";
  return texts.every(isUnknown) ? "unknown" : "fine";
}

const isUnknown = ({ findings }: CheckedText) =>
  findings.length > 0 && findings.every(({ rule }) => rule === "nothing-recognized");
