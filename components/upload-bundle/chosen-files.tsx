import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { Code } from "#components/ui/code.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";

interface ChosenFilesProps {
  files: readonly File[];
  onRemove: (name: string) => void;
}

/** The files that are going to be sent. */
export function ChosenFiles({ files, onRemove }: ChosenFilesProps) {
  const t = useTranslations("bundles.uploads");
  const tFiles = useTranslations("bundles.files");
  const formats = useFormats();
  const sum = files.reduce((bytes, { size }) => bytes + size, 0);
  return (
    <div className="space-y-1">
      <p role="status" className="text-xs text-muted tabular-nums">
        {files.length === 0
          ? t("noneChosen")
          : t("chosen", { count: files.length, size: formats.bytes(sum) })}
      </p>
      {files.length > 0 && (
        <ul
          tabIndex={0}
          aria-label={tFiles("title")}
          className="max-h-72 divide-y divide-line overflow-y-auto rounded border border-line -outline-offset-2"
        >
          {files.map(({ name, size }) => (
            <li key={name} className="flex items-center gap-x-4 px-3 py-1 text-compact">
              <span className="min-w-0 flex-1">
                <Code>{name}</Code>
              </span>
              <span className="whitespace-nowrap text-muted tabular-nums">{formats.bytes(size)}</span>
              <Button
                variant="flat"
                size="icon"
                className="size-6"
                aria-label={t("removeName", { name })}
                onClick={() => onRemove(name)}
              >
                <X aria-hidden />
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
