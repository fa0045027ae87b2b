"use client";

import { useTranslations } from "next-intl";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import type { ConfigFieldProps } from "./config-field-props.ts";
import { useFieldWords } from "./use-field-words.ts";

interface OptionFieldProps extends ConfigFieldProps {
  field: "version" | "defaultCni" | "encoding" | "system" | "pullBy" | "policy";
  values: readonly string[];
  /** Where the values have words; without, they are shown as machines read them. */
  words?: "encodings" | "systems" | "pullKinds" | "policies";
}

/** One of a few. */
export function OptionField({ topic, form, set, fieldError, field, values, words }: OptionFieldProps) {
  const t = useTranslations("clusterConfig.fields");
  const { label, help } = useFieldWords(field, topic);
  return (
    <Field label={label} help={help} error={fieldError(field)} required>
      {(control) => (
        <Select
          {...control}
          value={form[field]}
          options={values.map((value) => ({
            value,
            label: words === undefined ? value : t(`${words}.${value}` as never),
          }))}
          onChange={(event) => set({ [field]: event.target.value })}
        />
      )}
    </Field>
  );
}
