import { useTranslations } from "next-intl";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import type { ErrorView } from "#lib/errors.ts";
import { ProblemList } from "./problem-list.tsx";

/** What of a release's documents could not be used; the rest of it can. */
export function ReleaseProblems({ problems }: { problems: readonly ErrorView[] }) {
  const t = useTranslations("catalog.problems");
  if (problems.length === 0) return null;
  return (
    <Card
      title={t("title")}
      aside={<Badge status="warning">{t("count", { count: problems.length })}</Badge>}
      flush
    >
      <p className="border-b border-line px-4 py-2 text-xs text-muted">{t("help")}</p>
      <ProblemList label={t("title")} problems={problems} />
    </Card>
  );
}
