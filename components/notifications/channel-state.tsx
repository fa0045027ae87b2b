import { Pause } from "lucide-react";
import { useTranslations } from "next-intl";
import { StatusLabel } from "#components/ui/badge.tsx";
import type { ChannelState } from "#lib/schemas/notifications.ts";

const looks = {
  active: { status: "success" },
  paused: { status: "neutral", icon: Pause },
  stopped: { status: "danger" },
} as const;

export function ChannelStateLabel({ state }: { state: ChannelState }) {
  const t = useTranslations("notifications.states");
  return (
    <StatusLabel {...looks[state]} className="whitespace-nowrap">
      {t(state)}
    </StatusLabel>
  );
}
