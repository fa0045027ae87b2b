"use client";

import { Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useAction } from "#components/forms/use-action.ts";
import { Alert } from "#components/ui/alert.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { saveRulesAction } from "#lib/actions/paths.ts";
import type { ReleaseKind } from "#lib/db/generated/enums.ts";
import type { MappingProblem, RuleRow } from "#lib/schemas/paths.ts";
import { releaseKinds } from "#lib/schemas/releases.ts";
import { moveRow } from "./move-row.ts";
import { newRowId, originOf, placeholders, type RuleForm, toForms } from "./path-forms.ts";
import { RowButtons } from "./row-buttons.tsx";
import { RuleFields } from "./rule-fields.tsx";

interface RulesCardProps {
  kind: ReleaseKind;
  rules: readonly RuleForm[];
  defaults: readonly RuleRow[];
  problems: readonly MappingProblem[];
  mayWrite: boolean;
  onKind: (kind: ReleaseKind) => void;
  onChange: (rules: RuleForm[]) => void;
}

/** Where the images of a kind of release go. */
export function RulesCard(props: RulesCardProps) {
  const { kind, rules, defaults, problems, mayWrite, onKind, onChange } = props;
  const t = useTranslations("paths");
  const tKinds = useTranslations("catalog.kinds");
  const toast = useToast();
  const { run, pending, error } = useAction(saveRulesAction);
  const save = () =>
    void run({ kind, rules: rules.map((rule) => ({ ...rule })) }, () =>
      toast({ status: "success", title: t("rulesSaved", { kind: tKinds(kind) }) }),
    );
  const isInferred = rules.some((rule) =>
    rule.targets.some((template) => originOf(rule, template, defaults) === "inferred"),
  );
  return (
    <Card
      title={t("rules")}
      footer={
        mayWrite && (
          <>
            <Button variant="primary" loading={pending} onClick={save}>
              {t("saveRules", { kind: tKinds(kind) })}
            </Button>
            <Button
              icon={<Plus aria-hidden />}
              onClick={() => onChange([{ id: newRowId(rules), match: "", targets: [""] }, ...rules])}
            >
              {t("addRow")}
            </Button>
            <Button onClick={() => onChange(toForms(defaults))}>{t("toDefaults")}</Button>
          </>
        )
      }
    >
      <div className="space-y-4">
        <p className="max-w-3xl text-compact text-muted">{t("rulesHelp", placeholders)}</p>
        {error && <ErrorAlert error={error} />}
        <Field label={t("kind")} required>
          {(control) => (
            <Select
              {...control}
              value={kind}
              options={releaseKinds.map((value) => ({ value, label: tKinds(value) }))}
              onChange={(event) => onKind(event.target.value as ReleaseKind)}
            />
          )}
        </Field>
        {isInferred && (
          <Alert status="info" live="off" title={t("inferredTitle")}>
            {t("inferredHelp")}
          </Alert>
        )}
        {rules.length === 0 && <p className="text-compact">{t("rulesNone")}</p>}
        <ol className="space-y-4">
          {rules.map((rule, index) => (
            <RuleFields
              key={rule.id}
              rule={rule}
              defaults={defaults}
              problems={problems.filter((problem) => problem.index === index)}
              mayWrite={mayWrite}
              buttons={
                <RowButtons
                  name={rule.match || t("newRow")}
                  index={index}
                  count={rules.length}
                  onMove={(to) => onChange(moveRow(rules, index, to))}
                  onRemove={() => onChange(rules.toSpliced(index, 1))}
                />
              }
              onChange={(changed) => onChange(rules.map((one, at) => (at === index ? changed : one)))}
            />
          ))}
        </ol>
      </div>
    </Card>
  );
}
