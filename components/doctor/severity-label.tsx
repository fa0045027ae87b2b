import { useTranslations } from "next-intl";
import { StatusLabel } from "#components/ui/badge.tsx";
import type { Status } from "#components/ui/status.tsx";
import type { FindingSeverity } from "#lib/db/generated/enums.ts";

export const severityStatus: Readonly<Record<FindingSeverity, Status>> = {
  ok: "success",
  skipped: "neutral",
  notice: "info",
  warning: "warning",
  error: "danger",
};

/** How bad a finding is, or the worst of several. */
export function SeverityLabel({ severity }: { severity: FindingSeverity }) {
  const t = useTranslations("doctor.severities");
  return (
    <StatusLabel status={severityStatus[severity]} className="whitespace-nowrap">
      {t(severity)}
    </StatusLabel>
  );
}
