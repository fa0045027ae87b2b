import { useTranslations } from "next-intl";
import { Badge } from "#components/ui/badge.tsx";
import type { ReleaseKind } from "#lib/db/generated/enums.ts";

export function ReleaseKindLabel({ kind }: { kind: ReleaseKind }) {
  const t = useTranslations("catalog.kinds");
  return <Badge>{t(kind)}</Badge>;
}
