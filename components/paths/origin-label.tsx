import { useTranslations } from "next-intl";
import { Badge } from "#components/ui/badge.tsx";
import type { TargetOrigin } from "#lib/schemas/paths.ts";

const statuses = { documented: "neutral", inferred: "warning", own: "info" } as const;

/** Why an image goes to a place. */
export function OriginLabel({ origin }: { origin: TargetOrigin }) {
  const t = useTranslations("paths.origins");
  return <Badge status={statuses[origin]}>{t(origin)}</Badge>;
}
