import { useTranslations } from "next-intl";
import { useRef } from "react";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Textarea } from "#components/ui/input.tsx";
import { looksLikeHosts } from "#lib/schemas/config-check.ts";
import type { CheckFields } from "./check-fields.ts";
import { examples } from "./examples.ts";
import { HostField } from "./host-field.tsx";

interface PastedTextProps {
  fields: CheckFields;
  set: (change: Partial<CheckFields>) => void;
  error: string | undefined;
  /** Unless there are files. */
  required: boolean;
}

const exampleKeys = Object.keys(examples) as (keyof typeof examples)[];

/** A text to paste, or one to try. */
export function PastedText({ fields, set, error, required }: PastedTextProps) {
  const t = useTranslations("configCheck");
  const area = useRef<HTMLTextAreaElement>(null);
  const insert = (key: keyof typeof examples) => {
    const { text, fields: more } = examples[key];
    area.current?.focus();
    area.current?.select();
    // As if it were typed, so that the browser can undo it: something may stand there.
    const isTyped = document.execCommand("insertText", false, text);
    set(isTyped ? more : { ...more, pasted: text });
    area.current?.setSelectionRange(0, 0);
    area.current?.scrollTo(0, 0);
  };
  return (
    <div className="space-y-4">
      <Field
        label={t("pasted")}
        help={t("pastedHelp")}
        error={error}
        required={required}
        className="max-w-none"
      >
        {(control) => (
          <Textarea
            {...control}
            ref={area}
            code
            rows={14}
            value={fields.pasted}
            placeholder={"apiVersion: config.openshift.io/v1\nkind: ImageTagMirrorSet\n…"}
            onChange={(event) => set({ pasted: event.target.value })}
          />
        )}
      </Field>
      {looksLikeHosts(fields.pasted) && (
        <HostField value={fields.pastedHost} onChange={(pastedHost) => set({ pastedHost })} />
      )}
      <div role="group" aria-label={t("examplesLabel")} className="flex flex-wrap items-center gap-2">
        <span className="text-compact text-muted">{t("try")}</span>
        {exampleKeys.map((key) => (
          <Button key={key} size="sm" onClick={() => insert(key)}>
            {t(`examples.${key}`)}
          </Button>
        ))}
      </div>
    </div>
  );
}
