"use client";

import { Checkbox } from "#components/ui/checkbox.tsx";
import type { ConfigForm } from "#lib/schemas/cluster-config.ts";
import type { ConfigFieldProps } from "./config-field-props.ts";
import { useFieldWords } from "./use-field-words.ts";

type Flag = { [Name in keyof ConfigForm]: ConfigForm[Name] extends boolean ? Name : never }[keyof ConfigForm];

export function FlagField({ topic, form, set, field }: ConfigFieldProps & { field: Flag }) {
  const { label, help } = useFieldWords(field, topic);
  return (
    <Checkbox
      label={label}
      help={help}
      checked={form[field]}
      onChange={(event) => set({ [field]: event.target.checked })}
    />
  );
}
