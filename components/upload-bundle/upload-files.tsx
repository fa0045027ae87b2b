import { CircleCheck, CircleDashed, LoaderCircle } from "lucide-react";
import { useTranslations } from "next-intl";
import { classNames } from "#components/ui/class-names.ts";
import { Code } from "#components/ui/code.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { BundleFileView } from "#lib/services/bundles/bundle-views.ts";

interface UploadFilesProps {
  files: readonly BundleFileView[];
  /** The one that is on its way. */
  current: string | null;
}

/** How far each file of an upload is. */
export function UploadFiles({ files, current }: UploadFilesProps) {
  const t = useTranslations("bundles.files");
  const formats = useFormats();
  return (
    <ul
      tabIndex={0}
      aria-label={t("title")}
      className="max-h-72 divide-y divide-line overflow-y-auto rounded border border-line -outline-offset-2"
    >
      {files.map(({ name, sizeBytes, receivedBytes }) => {
        const done = receivedBytes === sizeBytes;
        const Icon = done ? CircleCheck : name === current ? LoaderCircle : CircleDashed;
        return (
          <li key={name} className="flex items-center gap-x-3 px-3 py-1.5 text-compact">
            <Icon
              aria-hidden
              className={classNames(
                "size-4 shrink-0",
                done ? "text-success" : "text-muted",
                Icon === LoaderCircle && "animate-spin",
              )}
            />
            <span className="min-w-0 flex-1">
              <Code>{name}</Code>
            </span>
            <span className="text-right text-muted tabular-nums">
              {done
                ? formats.bytes(sizeBytes)
                : t("received", { done: formats.bytes(receivedBytes), total: formats.bytes(sizeBytes) })}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
