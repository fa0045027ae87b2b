import { useTranslations } from "next-intl";
import { StatusLabel } from "#components/ui/badge.tsx";
import { RelativeTime } from "#components/ui/time.tsx";
import { useErrorText } from "#lib/i18n/use-error-text.ts";
import type { ChannelRow } from "#lib/schemas/notifications.ts";

/** How a channel was reached when that was last tried. */
export function LastOutcome({ lastAttemptAt, lastError }: Pick<ChannelRow, "lastAttemptAt" | "lastError">) {
  const t = useTranslations("notifications");
  const errorText = useErrorText();
  if (lastAttemptAt === null) return t("neverSent");
  return (
    <>
      <StatusLabel status={lastError ? "danger" : "success"} className="wrap-anywhere">
        {lastError ? errorText(lastError).title : t("sentOk")}
      </StatusLabel>
      <span className="block text-xs text-muted">
        <RelativeTime value={lastAttemptAt} />
      </span>
    </>
  );
}
