import { useTranslations } from "next-intl";
import { Badge } from "#components/ui/badge.tsx";
import type { TrustList } from "#lib/db/generated/enums.ts";

/** The lists that a certificate stands in. */
export function ListBadges({ lists }: { lists: readonly TrustList[] }) {
  const t = useTranslations("certificates");
  if (lists.length === 0) return <span className="text-muted">{t("inNoList")}</span>;
  return (
    <span className="flex flex-wrap gap-1">
      {lists.map((list) => (
        <Badge key={list}>{t(`listNames.${list}`)}</Badge>
      ))}
    </span>
  );
}
