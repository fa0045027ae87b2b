import { useTranslations } from "next-intl";
import { useState } from "react";
import { Field } from "#components/ui/field.tsx";
import { FileInput } from "#components/ui/file-input.tsx";
import { Textarea } from "#components/ui/input.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";

const maxFileBytes = 2 * 1024 * 1024;

interface DocumentInputProps {
  text: string;
  onChange: (text: string) => void;
}

/** A document from a file or pasted; what a file has can be changed like what was pasted. */
export function DocumentInput({ text, onChange }: DocumentInputProps) {
  const t = useTranslations("serverConfig.import");
  const tErrors = useTranslations("errors.input");
  const formats = useFormats();
  const [file, setFile] = useState<{ name: string; size: number } | null>(null);
  const [error, setError] = useState<string | undefined>(undefined);
  const read = async (chosen: File) => {
    setFile(chosen);
    if (chosen.size > maxFileBytes) {
      setError(t("fileTooLarge", { limit: formats.bytes(maxFileBytes) }));
      return;
    }
    try {
      // A byte order mark is part of the document, which is kept as it was.
      const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
      onChange(decoder.decode(await chosen.arrayBuffer()));
      setError(undefined);
    } catch {
      setError(tErrors("not-text"));
    }
  };
  return (
    <div className="space-y-4">
      <Field label={t("file")} help={t("fileHelp")} error={error}>
        {(control) => (
          <FileInput
            {...control}
            accept=".json,application/json,text/plain"
            buttonLabel={t("choose")}
            onChange={(event) => {
              const [chosen] = event.target.files ?? [];
              if (chosen) void read(chosen);
              // Choosing the same file again is a change, too.
              event.target.value = "";
            }}
          >
            {file ? t("chosen", { file: file.name, size: formats.bytes(file.size) }) : t("noFile")}
          </FileInput>
        )}
      </Field>
      <Field label={t("document")} help={t("documentHelp")} required className="max-w-none">
        {(control) => (
          <Textarea
            {...control}
            code
            rows={14}
            value={text}
            placeholder={'{ "profiles": [ … ] }'}
            onChange={(event) => {
              setFile(null);
              setError(undefined);
              onChange(event.target.value);
            }}
          />
        )}
      </Field>
    </div>
  );
}
