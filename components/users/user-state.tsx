import { Hourglass } from "lucide-react";
import { useTranslations } from "next-intl";
import { StatusLabel } from "#components/ui/badge.tsx";
import type { UserRow } from "#lib/schemas/users.ts";

/** Whether the person can sign in, and if not, why. */
export function UserState({ user }: { user: UserRow }) {
  const t = useTranslations("users");
  const tCommon = useTranslations("common");
  if (!user.isEnabled) return <StatusLabel status="neutral">{tCommon("disabled")}</StatusLabel>;
  if (user.organization?.isEnabled === false) {
    return <StatusLabel status="warning">{t("organizationDisabled")}</StatusLabel>;
  }
  if (!user.hasPassword) {
    return user.linkExpiresAt === null ? (
      <StatusLabel status="warning">{t("needsLink")}</StatusLabel>
    ) : (
      <StatusLabel status="info" icon={Hourglass}>
        {t("waiting")}
      </StatusLabel>
    );
  }
  return <StatusLabel status="success">{tCommon("enabled")}</StatusLabel>;
}
