import { useTranslations } from "next-intl";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { statusColors, statusIcons } from "#components/ui/status.tsx";
import type { ErrorView } from "#lib/errors.ts";
import { useErrorText } from "#lib/i18n/use-error-text.ts";

/** What of a release's documents could not be used; the rest of it can. */
export function ReleaseProblems({ problems }: { problems: readonly ErrorView[] }) {
  const t = useTranslations("catalog.problems");
  const errorText = useErrorText();
  if (problems.length === 0) return null;
  const Icon = statusIcons.warning;
  const texts = problems.map((problem) => errorText(problem));
  return (
    <Card
      title={t("title")}
      aside={<Badge status="warning">{t("count", { count: problems.length })}</Badge>}
      flush
    >
      <p className="border-b border-line px-4 py-2 text-xs text-muted">{t("help")}</p>
      <ul className="max-h-96 overflow-y-auto" tabIndex={0} aria-label={t("title")}>
        {texts.map(({ title, hint }, index) => (
          // They have no identity but their order, which does not change.
          <li
            key={index}
            className="flex items-start gap-2 border-line px-4 py-2.5 text-compact not-last:border-b"
          >
            <Icon aria-hidden className={`mt-px size-4 shrink-0 ${statusColors.warning}`} />
            <div className="min-w-0 flex-1 wrap-anywhere">
              <p className="font-semibold">{title}</p>
              <p>{hint}</p>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}
