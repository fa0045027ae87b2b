"use client";

import { Field } from "#components/ui/field.tsx";
import { Textarea } from "#components/ui/input.tsx";
import type { ConfigFieldProps } from "./config-field-props.ts";
import { useFieldWords } from "./use-field-words.ts";

/** The pull secret that the cluster has; it goes nowhere but into what is made. */
export function PullSecretField({ topic, form, set, fieldError }: ConfigFieldProps) {
  const { label, help } = useFieldWords("pullSecret", topic);
  return (
    <Field label={label} help={help} error={fieldError("pullSecret")}>
      {(control) => (
        <Textarea
          {...control}
          code
          rows={4}
          autoComplete="off"
          placeholder='{ "auths": { … } }'
          value={form.pullSecret}
          onChange={(event) => set({ pullSecret: event.target.value })}
        />
      )}
    </Field>
  );
}
