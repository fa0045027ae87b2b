import { LoaderCircle, RotateCw } from "lucide-react";
import { useTranslations } from "next-intl";
import { StatusLabel } from "#components/ui/badge.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { DeliveryRow } from "#lib/schemas/notifications.ts";

const looks = {
  queued: { status: "info" },
  sending: { status: "info", icon: LoaderCircle, busy: true },
  retrying: { status: "warning", icon: RotateCw },
  delivered: { status: "success" },
  failed: { status: "danger" },
} as const;

/** What came of a delivery so far, and when it is tried again. */
export function DeliveryResult({ delivery }: { delivery: DeliveryRow }) {
  const t = useTranslations("notifications");
  const formats = useFormats();
  const { state, attempt, nextAttemptAt, error } = delivery;
  const notes = [
    ...(attempt > 1 ? [t("attempts", { count: attempt })] : []),
    ...(state === "retrying" && nextAttemptAt !== null
      ? [t("nextAttempt", { time: formats.dateTime(nextAttemptAt) })]
      : []),
  ];
  return (
    <>
      <StatusLabel {...looks[state]}>{t(`deliveryStates.${state}`)}</StatusLabel>
      {notes.length > 0 && <span className="block text-xs text-muted">{notes.join(", ")}</span>}
      {error && <ErrorAlert error={error} compact live="off" />}
    </>
  );
}
