import { Pause } from "lucide-react";
import { useTranslations } from "next-intl";
import { StatusLabel } from "#components/ui/badge.tsx";
import type { ScheduleState } from "#lib/schemas/schedules.ts";

const looks = {
  active: { status: "success" },
  paused: { status: "neutral", icon: Pause },
  stopped: { status: "danger" },
} as const;

export function ScheduleStateLabel({ state }: { state: ScheduleState }) {
  const t = useTranslations("schedules.states");
  return (
    <StatusLabel {...looks[state]} className="whitespace-nowrap">
      {t(state)}
    </StatusLabel>
  );
}
