import { LoaderCircle } from "lucide-react";
import { useTranslations } from "next-intl";
import { StatusLabel } from "#components/ui/badge.tsx";
import type { DoctorRunRow } from "#lib/schemas/doctor.ts";
import { SeverityLabel } from "./severity-label.tsx";

const looks = {
  queued: { status: "info" },
  running: { status: "info", icon: LoaderCircle, busy: true },
  failed: { status: "danger" },
} as const;

/** What came of a run, or how far it is. */
export function RunStateLabel({ run: { state, worst } }: { run: Pick<DoctorRunRow, "state" | "worst"> }) {
  const t = useTranslations("doctor.states");
  if (state === "finished") return <SeverityLabel severity={worst ?? "ok"} />;
  return (
    <StatusLabel {...looks[state]} className="whitespace-nowrap">
      {t(state)}
    </StatusLabel>
  );
}
