"use client";

import { useTranslations } from "next-intl";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { Code } from "#components/ui/code.tsx";
import { FieldSet } from "#components/ui/field.tsx";
import type { ConfigFieldProps } from "./config-field-props.ts";
import { FieldProblem } from "./field-problem.tsx";

/** Whose images are asked for at the destination: of the registries that something was mirrored from. */
export function SourceChoice({ draft, form, set, fieldError }: ConfigFieldProps) {
  const t = useTranslations("clusterConfig.fields");
  return (
    <FieldSet legend={t("sources")} help={t("sourcesHelp")}>
      {draft.sources.length === 0 && <p className="text-compact text-muted">{t("noSources")}</p>}
      <ul className="space-y-2">
        {draft.sources.map((source) => (
          <li key={source}>
            <Checkbox
              label={<Code>{source}</Code>}
              checked={form.sources.includes(source)}
              onChange={(event) => {
                const others = form.sources.filter((one) => one !== source);
                set({ sources: event.target.checked ? [...others, source] : others });
              }}
            />
          </li>
        ))}
      </ul>
      <FieldProblem>{fieldError("sources")}</FieldProblem>
    </FieldSet>
  );
}
