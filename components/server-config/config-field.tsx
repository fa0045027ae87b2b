import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { TextField } from "#components/ui/text-field.tsx";
import type { ServerConfig, ServerField } from "#lib/schemas/server-config.ts";
import { FieldNotes, useFieldError } from "./field-notes.tsx";
import type { ConfigDraftForm } from "./use-config-draft.ts";

export interface ConfigFieldsProps {
  config: ServerConfig;
  form: ConfigDraftForm;
  mayWrite: boolean;
}

interface ConfigFieldProps extends ConfigFieldsProps {
  field: Exclude<ServerField, "githubToken">;
  inputMode?: "numeric" | "url";
  /** A field that may stay empty. */
  optional?: boolean;
  /** Beneath it. */
  children?: ReactNode;
}

/** A field of the server's configuration. */
export function ConfigField({
  config,
  form,
  mayWrite,
  field,
  inputMode,
  optional = false,
  children,
}: ConfigFieldProps) {
  const t = useTranslations("serverConfig");
  const fieldError = useFieldError();
  const problems = form.problemsOf(field);
  const isLater = config.laterFields.includes(field);
  const isChanged = form.texts[field] !== undefined;
  return (
    <div className="max-w-xl space-y-1">
      <TextField
        label={t(`fields.${field}.label`)}
        help={isLater ? t("laterField") : t(`fields.${field}.help`)}
        error={fieldError(problems)}
        required={!optional}
        value={form.value(field)}
        readOnly={!mayWrite || isLater}
        verbatim
        className="font-mono"
        {...(inputMode && { inputMode })}
        onChange={(event) => form.set(field, event.target.value)}
      />
      <FieldNotes
        problems={problems}
        was={isChanged ? config.values[field] : undefined}
        onUse={mayWrite && !isLater ? (proposal) => form.set(field, proposal) : undefined}
        onUndo={() => form.set(field, undefined)}
      />
      {children}
    </div>
  );
}
