import type { ConfigRuleText } from "./config-rule-text.ts";

type Severity = "error" | "warning" | "notice";

interface Finding {
  rule: string;
  severity: Severity;
  object: string;
  facts: Readonly<Record<string, string | number>>;
  url?: string;
}
type TextOf = (finding: Finding) => ConfigRuleText;

/** Below a mark, with which all lines of a finding but the first are set in. */
const indent = " ".repeat(11);

/** The findings of all files as one list. Which file each is said of matters where there are several. */
export function joinFindings(files: readonly { path: string; findings: readonly Finding[] }[]): Finding[] {
  return files.flatMap(({ path, findings }) =>
    findings.map((finding) => {
      // Of a hosts.toml its path is the object.
      const isNamed = files.length === 1 || finding.object.startsWith(path);
      return isNamed ? finding : { ...finding, object: [path, finding.object].filter(Boolean).join(" ") };
    }),
  );
}

/** Findings as programs take them. */
export function describeFindings(findings: readonly Finding[], textOf: TextOf) {
  return findings.map((finding) => {
    const { rule, severity, object, url } = finding;
    const { message } = textOf(finding);
    return { rule, severity, object, message, ...(url !== undefined && { url }) };
  });
}

/** Findings as people read them in a text. @param marks what stands before each, by its severity */
export function tellFindings(
  findings: readonly Finding[],
  textOf: TextOf,
  marks: Readonly<Record<Severity, string>>,
): string {
  const lines = findings.flatMap((finding) => {
    const { severity, object, url } = finding;
    const { title, hint } = textOf(finding);
    return [
      `  ${marks[severity].padEnd(8)} ${object === "" ? "" : `${object}: `}${title}`,
      ...[url, hint].filter((line) => typeof line === "string").map((line) => `${indent}${line}`),
    ];
  });
  return lines.map((line) => `${line}\n`).join("");
}
