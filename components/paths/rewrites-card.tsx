"use client";

import { Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useAction } from "#components/forms/use-action.ts";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { saveRewritesAction } from "#lib/actions/paths.ts";
import type { RewriteProblem, RewriteRow } from "#lib/schemas/paths.ts";
import { moveRow } from "./move-row.ts";
import { newRowId } from "./path-forms.ts";
import { RowButtons } from "./row-buttons.tsx";
import { TableInput } from "./table-input.tsx";
import { useProblemText } from "./use-problem-text.ts";

interface RewritesCardProps {
  rows: readonly RewriteRow[];
  problems: readonly RewriteProblem[];
  mayWrite: boolean;
  onChange: (rows: RewriteRow[]) => void;
}

/** Under which other names sources are read. */
export function RewritesCard({ rows, problems, mayWrite, onChange }: RewritesCardProps) {
  const t = useTranslations("paths");
  const tCommon = useTranslations("common");
  const problemText = useProblemText();
  const toast = useToast();
  const { run, pending, error } = useAction(saveRewritesAction);
  const change = (index: number, fields: Partial<RewriteRow>) =>
    onChange(rows.map((row, at) => (at === index ? { ...row, ...fields } : row)));
  const problemsOf = (index: number, field: RewriteProblem["field"]) =>
    problems.filter((one) => one.index === index && one.field === field).map(problemText);
  const save = () =>
    void run({ rewrites: rows.map((row) => ({ ...row })) }, () =>
      toast({ status: "success", title: t("rewritesSaved") }),
    );
  return (
    <Card
      title={t("rewrites")}
      footer={
        mayWrite && (
          <>
            <Button variant="primary" loading={pending} onClick={save}>
              {tCommon("save")}
            </Button>
            <Button
              icon={<Plus aria-hidden />}
              onClick={() => onChange([...rows, { id: newRowId(rows), from: "", to: "", enabled: true }])}
            >
              {t("addRow")}
            </Button>
          </>
        )
      }
    >
      <div className="space-y-4">
        <p className="max-w-3xl text-compact text-muted">{t("rewritesHelp")}</p>
        {error && <ErrorAlert error={error} />}
        {rows.length === 0 && <p className="text-compact">{t("rewritesNone")}</p>}
        <ol className="space-y-4">
          {rows.map((row, index) => (
            <li key={row.id} className="flex flex-wrap items-start gap-x-3 gap-y-2">
              <TableInput
                label={t("from")}
                value={row.from}
                readOnly={!mayWrite}
                problems={problemsOf(index, "from")}
                onChange={(from) => change(index, { from })}
              />
              <TableInput
                label={t("to")}
                value={row.to}
                readOnly={!mayWrite}
                problems={problemsOf(index, "to")}
                onChange={(to) => change(index, { to })}
              />
              <div className="flex items-center gap-2 md:pt-5">
                <Checkbox
                  label={t("enabled")}
                  checked={row.enabled}
                  disabled={!mayWrite}
                  onChange={(event) => change(index, { enabled: event.target.checked })}
                />
                {mayWrite && (
                  <RowButtons
                    name={row.from || t("newRow")}
                    index={index}
                    count={rows.length}
                    onMove={(to) => onChange(moveRow(rows, index, to))}
                    onRemove={() => onChange(rows.toSpliced(index, 1))}
                  />
                )}
              </div>
            </li>
          ))}
        </ol>
      </div>
    </Card>
  );
}
