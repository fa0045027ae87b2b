import { Diff, FileQuestion, type LucideIcon } from "lucide-react";
import { useTranslations } from "next-intl";
import { StatusLabel } from "#components/ui/badge.tsx";
import type { Status } from "#components/ui/status.tsx";
import type { Verdict } from "#lib/db/generated/enums.ts";

const looks: Readonly<Record<Verdict, { status: Status; icon?: LucideIcon }>> = {
  same: { status: "success" },
  missing: { status: "warning", icon: FileQuestion },
  different: { status: "warning", icon: Diff },
  damaged: { status: "danger" },
};

/** How an image at the destination compares with the source's. */
export function VerdictLabel({ verdict }: { verdict: Verdict }) {
  const t = useTranslations("jobs.verdicts");
  return (
    <StatusLabel {...looks[verdict]} className="whitespace-nowrap">
      {t(verdict)}
    </StatusLabel>
  );
}
