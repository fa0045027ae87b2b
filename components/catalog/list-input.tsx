"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Radio } from "#components/ui/checkbox.tsx";
import { Field, FieldSet } from "#components/ui/field.tsx";
import { FileInput } from "#components/ui/file-input.tsx";
import { Textarea } from "#components/ui/input.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import { listLimits } from "#lib/schemas/releases.ts";
import type { GivenList } from "./post-release.ts";

interface ListInputProps {
  error: string | undefined;
  onChange: (list: GivenList | null) => void;
}

/** A list, pasted or from a file. */
export function ListInput({ error, onChange }: ListInputProps) {
  const t = useTranslations("catalog");
  const formats = useFormats();
  const [way, setWay] = useState<"file" | "paste">("file");
  const [file, setFile] = useState<File | null>(null);
  const [text, setText] = useState("");
  const giveFile = (chosen: File | null) => {
    setFile(chosen);
    onChange(chosen && { file: chosen.name, content: chosen });
  };
  const giveText = (typed: string) => {
    setText(typed);
    onChange({ file: t("listPasted"), content: new Blob([typed]) });
  };
  return (
    <div className="space-y-4">
      <FieldSet legend={t("listInput")} help={t("listHelp")}>
        <Radio
          name="listInput"
          value="file"
          label={t("listFile")}
          checked={way === "file"}
          onChange={() => {
            setWay("file");
            giveFile(null);
          }}
        />
        <Radio
          name="listInput"
          value="paste"
          label={t("listPaste")}
          checked={way === "paste"}
          onChange={() => {
            setWay("paste");
            giveText(text);
          }}
        />
      </FieldSet>
      {way === "file" ? (
        <Field
          label={t("file")}
          help={t("listFileHelp", {
            limit: formats.bytes(listLimits.limitBytes),
            lines: listLimits.limitLines,
          })}
          error={error}
          required
        >
          {(control) => (
            <FileInput
              {...control}
              accept=".txt,.list,text/plain"
              buttonLabel={t("choose")}
              onChange={(event) => giveFile(event.target.files?.[0] ?? null)}
            >
              {file
                ? t("listFileChosen", { file: file.name, size: formats.bytes(file.size) })
                : t("listFileNone")}
            </FileInput>
          )}
        </Field>
      ) : (
        <Field label={t("list")} error={error} required className="max-w-none">
          {(control) => (
            <Textarea
              {...control}
              code
              rows={14}
              value={text}
              placeholder={t("listPlaceholder")}
              onChange={(event) => giveText(event.target.value)}
            />
          )}
        </Field>
      )}
    </div>
  );
}
