import { Plus, X } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Button } from "#components/ui/button.tsx";
import type { MappingProblem, RuleRow } from "#lib/schemas/paths.ts";
import { OriginLabel } from "./origin-label.tsx";
import { originOf, type RuleForm } from "./path-forms.ts";
import { TableInput } from "./table-input.tsx";
import { useProblemText } from "./use-problem-text.ts";

interface RuleRowProps {
  rule: RuleForm;
  defaults: readonly RuleRow[];
  problems: readonly MappingProblem[];
  mayWrite: boolean;
  /** Moves and removes it. */
  buttons: ReactNode;
  onChange: (rule: RuleForm) => void;
}

/** One rule: what it is for, and the places of such an image. */
export function RuleFields({ rule, defaults, problems, mayWrite, buttons, onChange }: RuleRowProps) {
  const t = useTranslations("paths");
  const problemText = useProblemText();
  const { match, targets } = rule;
  const ofField = (field: MappingProblem["field"], target: number | null) =>
    problems.filter((one) => one.field === field && one.target === target).map(problemText);
  const setTarget = (at: number, text: string) =>
    onChange({ ...rule, targets: targets.map((one, index) => (index === at ? text : one)) });
  return (
    <li className="flex flex-wrap items-start gap-x-3 gap-y-2 border-line pb-4 not-last:border-b">
      <TableInput
        label={t("match")}
        value={match}
        readOnly={!mayWrite}
        problems={ofField("match", null)}
        onChange={(text) => onChange({ ...rule, match: text })}
      />
      <div className="min-w-0 flex-1 basis-72 space-y-2">
        {targets.map((template, index) => (
          // Rows have nothing but their place to be known by.
          <div key={index} className="flex items-start gap-1">
            <TableInput
              label={t("targetNumber", { number: index + 1 })}
              value={template}
              readOnly={!mayWrite}
              problems={ofField("targets", index)}
              note={<OriginLabel origin={originOf(rule, template, defaults)} />}
              onChange={(text) => setTarget(index, text)}
            />
            {mayWrite && targets.length > 1 && (
              <Button
                variant="flat"
                size="icon"
                className="mt-5"
                aria-label={t("removeTarget", { number: index + 1, name: match })}
                onClick={() => onChange({ ...rule, targets: targets.toSpliced(index, 1) })}
              >
                <X aria-hidden />
              </Button>
            )}
          </div>
        ))}
        {ofField("targets", null).map((problem) => (
          <p key={problem} className="text-xs text-danger">
            {problem}
          </p>
        ))}
        {mayWrite && (
          <Button
            size="sm"
            variant="flat"
            icon={<Plus aria-hidden />}
            onClick={() => onChange({ ...rule, targets: [...targets, ""] })}
          >
            {t("addTarget")}
          </Button>
        )}
      </div>
      {mayWrite && <div className="md:pt-5">{buttons}</div>}
    </li>
  );
}
