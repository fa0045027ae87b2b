import { useTranslations } from "next-intl";
import { StatusLabel } from "#components/ui/badge.tsx";
import type { ReleaseRow } from "#lib/schemas/releases.ts";

type ReleaseFindingsProps = Pick<ReleaseRow, "unresolvedCount" | "movedCount" | "problemCount">;

/** What the last look at a release should make one look at it, too. */
export function ReleaseFindings({ unresolvedCount, movedCount, problemCount }: ReleaseFindingsProps) {
  const t = useTranslations("catalog.findings");
  const findings = [
    ...(unresolvedCount > 0
      ? [{ status: "danger" as const, text: t("unresolved", { count: unresolvedCount }) }]
      : []),
    ...(problemCount > 0
      ? [{ status: "warning" as const, text: t("problems", { count: problemCount }) }]
      : []),
    ...(movedCount > 0 ? [{ status: "warning" as const, text: t("moved", { count: movedCount }) }] : []),
  ];
  if (findings.length === 0) return null;
  return (
    <ul className="mt-0.5 flex flex-wrap gap-x-3 text-xs">
      {findings.map(({ status, text }) => (
        <li key={text}>
          <StatusLabel status={status}>{text}</StatusLabel>
        </li>
      ))}
    </ul>
  );
}
