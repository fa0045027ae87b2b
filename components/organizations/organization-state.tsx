import { useTranslations } from "next-intl";
import { StatusLabel } from "#components/ui/badge.tsx";

export function OrganizationState({ isEnabled }: { isEnabled: boolean }) {
  const t = useTranslations("common");
  return (
    <StatusLabel status={isEnabled ? "success" : "neutral"}>
      {t(isEnabled ? "enabled" : "disabled")}
    </StatusLabel>
  );
}
