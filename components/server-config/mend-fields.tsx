import { useTranslations } from "next-intl";
import { FieldSet } from "#components/ui/field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import {
  type ConfigProblem,
  type ConfigPreview,
  type ConfigTexts,
  type TextField as Name,
  textFields,
} from "#lib/schemas/server-config.ts";
import { FieldNotes, useFieldError } from "./field-notes.tsx";

interface MendFieldsProps {
  preview: ConfigPreview;
  changes: ConfigTexts;
  onChange: (changes: ConfigTexts) => void;
}

/** The fields of an imported document that something is wrong with, to be mended before it is saved. */
export function MendFields({ preview, changes, onChange }: MendFieldsProps) {
  const t = useTranslations("serverConfig");
  const fieldError = useFieldError();
  const wrong = new Set(preview.problems.map(({ field }) => field));
  const fields = textFields.filter(
    (field) => field !== "githubToken" && (wrong.has(field) || changes[field] !== undefined),
  );
  if (fields.length === 0) return null;
  const set = (field: Name, text: string) => onChange({ ...changes, [field]: text });
  return (
    <FieldSet legend={t("import.mend")} help={t("import.mendHelp")}>
      {fields.map((field) => {
        const problems = preview.problems.filter((problem) => problem.field === field);
        return (
          <div key={field} className="max-w-xl space-y-1">
            <TextField
              label={t(`fields.${field}.label`)}
              error={fieldError(problems)}
              required
              value={changes[field] ?? (preview.values[field] || unread(problems))}
              verbatim
              className="font-mono"
              onChange={(event) => set(field, event.target.value)}
            />
            <FieldNotes problems={problems} onUse={(proposal) => set(field, proposal)} />
          </div>
        );
      })}
    </FieldSet>
  );
}

/** A text that is no number is in no value, but in what is said of it. */
const unread = (problems: readonly ConfigProblem[]): string =>
  problems.find(({ code }) => code === "seconds-format")?.value ?? "";
