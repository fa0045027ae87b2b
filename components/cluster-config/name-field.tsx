"use client";

import { TextField } from "#components/ui/text-field.tsx";
import type { ConfigFieldProps } from "./config-field-props.ts";
import { useFieldWords } from "./use-field-words.ts";

interface NameFieldProps extends ConfigFieldProps {
  field: "cluster" | "namespace" | "name" | "secret" | "serviceAccount" | "nodeDrainTimeout";
}

/** A line of text that machines read. */
export function NameField({ topic, form, set, fieldError, field }: NameFieldProps) {
  const { label, help } = useFieldWords(field, topic);
  return (
    <TextField
      label={label}
      help={help}
      error={fieldError(field)}
      required={field !== "nodeDrainTimeout"}
      verbatim
      autoComplete="off"
      className="font-mono"
      value={form[field]}
      onChange={(event) => set({ [field]: event.target.value })}
    />
  );
}
