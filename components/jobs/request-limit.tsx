import { useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import { useClock } from "#lib/i18n/use-clock.ts";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { JobSnapshot } from "#lib/services/jobs/index.ts";

/** Says that a registry takes no more requests for now, until it does again. */
export function RequestLimit({ limited }: Pick<JobSnapshot, "limited">) {
  const t = useTranslations("jobs.limited");
  const formats = useFormats();
  const now = useClock(1000);
  if (limited === null || Date.parse(limited.until) <= now.getTime()) return null;
  const { registry, until } = limited;
  return (
    <Alert status="warning" live="polite" title={t("title", { registry, time: formats.time(until) })}>
      {t("help")}
    </Alert>
  );
}
