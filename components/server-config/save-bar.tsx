import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { hasErrors } from "./config-form.ts";
import type { ConfigDraftForm } from "./use-config-draft.ts";

interface SaveBarProps {
  form: ConfigDraftForm;
  onReview: () => void;
}

/** Leads to the difference, and to saving; always in sight. */
export function SaveBar({ form, onReview }: SaveBarProps) {
  const t = useTranslations("serverConfig.bar");
  const { changed, problems } = form;
  const isWrong = hasErrors(problems.filter(({ field }) => changed.some((own) => own === field)));
  return (
    <div className="sticky bottom-0 z-10 flex flex-wrap items-center gap-2 rounded border border-line bg-surface px-4 py-2.5 shadow-raised">
      <Button type="submit" variant="primary" disabled={changed.length === 0} onClick={onReview}>
        {t("review")}
      </Button>
      <Button disabled={changed.length === 0} onClick={form.discard}>
        {t("discard")}
      </Button>
      <span role="status" className="text-xs text-muted tabular-nums">
        {t("changes", { count: changed.length })}
        {isWrong && ` · ${t("wrong")}`}
      </span>
    </div>
  );
}
