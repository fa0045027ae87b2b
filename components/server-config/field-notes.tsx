import { useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import { Button } from "#components/ui/button.tsx";
import { useConfigProblemText } from "#lib/i18n/use-config-problem-text.ts";
import { type ConfigProblem, isWarning } from "#lib/schemas/server-config.ts";

interface FieldNotesProps {
  problems: readonly ConfigProblem[];
  /** What was saved, where the field is changed. */
  was?: string | undefined;
  /** Takes what was most likely meant. */
  onUse?: ((proposal: string) => void) | undefined;
  onUndo?: (() => void) | undefined;
}

/** Beneath a field: warnings, what was most likely meant, and what it was before it was changed. */
export function FieldNotes({ problems, was, onUse, onUndo }: FieldNotesProps) {
  const t = useTranslations("serverConfig");
  const problemText = useConfigProblemText();
  const warnings = problems.filter(({ code }) => isWarning(code));
  const proposal = problems.find((problem) => problem.proposal !== undefined)?.proposal;
  return (
    <>
      {warnings.map((problem) => (
        <Alert key={`${problem.code} ${problem.index}`} status="warning" compact live="polite">
          {problemText(problem)}
        </Alert>
      ))}
      {proposal !== undefined && onUse && (
        <Button size="sm" className="max-w-full whitespace-normal" onClick={() => onUse(proposal)}>
          <span className="min-w-0 wrap-anywhere">{t("useProposal", { proposal })}</span>
        </Button>
      )}
      {was !== undefined && (
        <p className="flex flex-wrap items-center gap-x-2 text-xs text-muted">
          <span className="min-w-0 wrap-anywhere">
            {was === "" ? t("wasEmpty") : t("was", { value: was })}
          </span>
          {onUndo && (
            <Button size="sm" variant="flat" onClick={onUndo}>
              {t("undo")}
            </Button>
          )}
        </p>
      )}
    </>
  );
}

/** The first thing that keeps a field from being saved. */
export function useFieldError(): (problems: readonly ConfigProblem[]) => string | undefined {
  const problemText = useConfigProblemText();
  return (problems) => {
    const first = problems.find(({ code }) => !isWarning(code));
    return first && problemText(first);
  };
}
