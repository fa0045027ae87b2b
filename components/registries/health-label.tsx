import { useTranslations } from "next-intl";
import { StatusLabel } from "#components/ui/badge.tsx";
import type { Status } from "#components/ui/status.tsx";
import type { HealthState } from "#lib/db/generated/enums.ts";

const statusOf: Readonly<Record<HealthState, Status>> = {
  healthy: "success",
  unhealthy: "danger",
  unknown: "neutral",
};

/** How a registry answered when it was last asked. */
export function HealthLabel({ state, latencyMs }: { state: HealthState; latencyMs: number | null }) {
  const t = useTranslations("states.health");
  const tRegistries = useTranslations("registries");
  return (
    <StatusLabel status={statusOf[state]} className="whitespace-nowrap">
      {latencyMs === null
        ? t(state)
        : tRegistries("healthAndLatency", { health: t(state), latency: latencyMs })}
    </StatusLabel>
  );
}
