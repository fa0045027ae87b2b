"use client";

import { useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import { Button } from "#components/ui/button.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import type { ConfigPlace, WindowsNodesView } from "#lib/schemas/cluster-config.ts";
import { usePlanPause } from "./use-plan-pause.ts";

interface PauseImageProps {
  windows: WindowsNodesView;
  place: ConfigPlace;
  mayPlan: boolean;
}

/** Whether every pod's sandbox will find its image; if not, one click away from a plan that brings it. */
export function PauseImage({ windows, place, mayPlan }: PauseImageProps) {
  const t = useTranslations("clusterConfig.windows");
  const { plan, pending, error } = usePlanPause(place, windows.pauseComponent);
  const { image, foundAt } = windows.pause;
  if (foundAt !== null) {
    return (
      <Alert status="success" live="off">
        {t("pauseFound", { image })}
      </Alert>
    );
  }
  return (
    <Alert status="warning" live="polite" title={t("pauseMissing", { image })}>
      <div className="space-y-2">
        <p className="wrap-anywhere">{t("pauseHelp", { place: windows.pauseBelongsAt })}</p>
        {mayPlan && (
          <>
            <Button size="sm" loading={pending} onClick={plan}>
              {t("plan")}
            </Button>
            <p className="text-xs">{t("planHelp")}</p>
          </>
        )}
        {error && <ErrorAlert error={error} />}
      </div>
    </Alert>
  );
}
