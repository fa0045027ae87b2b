import { useTranslations } from "next-intl";
import { StatusLabel } from "#components/ui/badge.tsx";
import type { Status } from "#components/ui/status.tsx";
import { type CertificateView, type ExpiryStage, findExpiryStage } from "#lib/schemas/certificate-views.ts";

const statusOf: Readonly<Record<ExpiryStage, Status>> = {
  expired: "danger",
  week: "danger",
  month: "warning",
  soon: "info",
};

interface ExpiryBadgeProps
  extends Pick<CertificateView, "daysLeft">, Partial<Pick<CertificateView, "isYetToBegin">> {}

/** How near its end a certificate is. */
export function ExpiryBadge({ daysLeft, isYetToBegin = false }: ExpiryBadgeProps) {
  const t = useTranslations("certificateViews.expiry");
  const stage = findExpiryStage(daysLeft);
  const status = stage === null ? (isYetToBegin ? "warning" : "success") : statusOf[stage];
  return (
    <StatusLabel status={status} className="whitespace-nowrap">
      {stage === "expired"
        ? t("expired")
        : isYetToBegin
          ? t("notYetValid")
          : t(stage === null ? "good" : "left", { days: daysLeft })}
    </StatusLabel>
  );
}
