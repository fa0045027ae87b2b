import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef } from "react";
import { Alert } from "#components/ui/alert.tsx";
import { Button } from "#components/ui/button.tsx";
import { Code } from "#components/ui/code.tsx";
import { FileDrop } from "#components/ui/file-drop.tsx";
import { configTextLimits } from "#lib/schemas/config-check.ts";
import { maxJsonBytes } from "#lib/schemas/json-body.ts";
import { useFormats } from "#lib/i18n/use-formats.ts";
import { needsHost } from "./given-texts.ts";
import { HostField } from "./host-field.tsx";
import { maxFiles, type useGivenFiles } from "./use-given-files.ts";

interface GivenFilesProps {
  given: ReturnType<typeof useGivenFiles>;
  /** Of all that is to be checked, what was pasted included. */
  sentBytes: number;
}

/** Files to choose or drop, and those that were. */
export function GivenFiles({ given, sentBytes }: GivenFilesProps) {
  const t = useTranslations("configCheck");
  const formats = useFormats();
  const { files, refused, add, remove, setHost } = given;
  const root = useRef<HTMLDivElement>(null);
  const isTooMuch = sentBytes > maxJsonBytes;
  return (
    <div ref={root} className="space-y-3">
      <FileDrop
        onFiles={(chosen) => void add(chosen)}
        chooseLabel={t("choose")}
        dropText={t("drop")}
        dropNowText={t("dropNow")}
        note={t("filesNote")}
        error={
          isTooMuch
            ? t("tooMuch", {
                sum: formats.bytes(sentBytes),
                over: formats.bytes(sentBytes - maxJsonBytes),
                limit: formats.bytes(maxJsonBytes),
              })
            : undefined
        }
      />
      <p role="status" className="sr-only">
        {files.length > 0 && t("chosen", { count: files.length })}{" "}
        {/* Without a sum, which each key would change. */}
        {isTooMuch && t("tooMuchNow")}
      </p>
      {refused.length > 0 && (
        <Alert status="warning" title={t("refused", { count: refused.length })} live="polite">
          <ul>
            {refused.map(({ name, refusal }, index) => (
              <li key={`${name} ${index}`} className="wrap-anywhere">
                {t(`refusals.${refusal}`, {
                  name,
                  limit: formats.bytes(configTextLimits.length),
                  count: maxFiles,
                })}
              </li>
            ))}
          </ul>
        </Alert>
      )}
      {files.length > 0 && (
        <ul className="divide-y divide-line border-y border-line">
          {files.map((file) => (
            <li key={file.id} className="space-y-2 py-2">
              <div className="flex items-center justify-between gap-2 text-compact">
                <span className="min-w-0">
                  <Code>{file.name}</Code>{" "}
                  <span className="text-xs text-muted">{formats.bytes(file.sizeBytes)}</span>
                </span>
                <Button
                  variant="flat"
                  size="icon"
                  icon={<X aria-hidden />}
                  aria-label={t("remove", { name: file.name })}
                  onClick={() => {
                    remove(file.id);
                    // This button goes along, and gives up the focus.
                    root.current?.querySelector<HTMLElement>("input[type=file]")?.focus();
                  }}
                />
              </div>
              {needsHost(file) && (
                <HostField file={file.name} value={file.host} onChange={(host) => setHost(file.id, host)} />
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
