"use client";

import { useFormatter, useTranslations } from "next-intl";
import { Radio } from "#components/ui/checkbox.tsx";
import { FieldSet } from "#components/ui/field.tsx";
import { Link } from "#components/ui/link.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { GettingStartedChoice } from "#lib/schemas/discoveries.ts";
import type { DraftFields } from "./draft-fields.ts";

interface GettingStartedFieldsProps extends DraftFields {
  choices: readonly GettingStartedChoice[];
}

/** Whose list of images: a version of Container Service Extension, or a tag that is typed. */
export function GettingStartedFields({ fields, set, fieldError, choices }: GettingStartedFieldsProps) {
  const t = useTranslations("catalog.find");
  const format = useFormatter();
  return (
    <FieldSet
      legend={t("cseVersion")}
      help={
        <>
          {t("cseVersionHelp")}{" "}
          <Link href="/catalog/versions" className="link">
            {t("cseTable")}
          </Link>
        </>
      }
    >
      {choices.map(({ versions, tag }) => (
        <Radio
          key={tag}
          name="cse"
          label={t("cseChoice", { cse: format.list(versions), tag })}
          checked={!fields.isOtherTag && fields.tag === tag}
          onChange={() => set({ isOtherTag: false, tag })}
        />
      ))}
      <Radio
        name="cse"
        label={t("otherTag")}
        checked={fields.isOtherTag}
        onChange={() => set({ isOtherTag: true, tag: "" })}
      />
      {fields.isOtherTag && (
        <TextField
          label={t("tag")}
          help={t("tagHelp")}
          error={fieldError("tag")}
          required
          verbatim
          className="max-w-56 font-mono"
          value={fields.tag}
          onChange={(event) => set({ tag: event.target.value })}
        />
      )}
    </FieldSet>
  );
}
