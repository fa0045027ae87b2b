import { RotateCw, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import { StatusLabel } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { ProgressBar } from "#components/ui/progress-bar.tsx";
import type { ComparedChecksum } from "#lib/engine/checksums/compare-checksums.ts";
import { concludeComparison } from "#lib/engine/checksums/compare-checksums.ts";
import { useFormats } from "#lib/i18n/use-formats.ts";
import { ChecksumRows } from "./checksum-rows.tsx";
import { FileResult } from "./file-result.tsx";
import type { CheckedFile } from "./use-checked-files.ts";

interface CheckedFileCardProps {
  checked: CheckedFile;
  compared: readonly ComparedChecksum[];
  onCancel: () => void;
  onAgain: () => void;
  onRemove: () => void;
}

/** One file: on its way, or what came of it. */
export function CheckedFileCard({ checked, compared, onCancel, onAgain, onRemove }: CheckedFileCardProps) {
  const t = useTranslations("fileCheck");
  const tCommon = useTranslations("common");
  const formats = useFormats();
  const { file, state } = checked;
  const open = state === "waiting" || state === "reading";
  return (
    <Card
      title={
        <>
          <span className="wrap-anywhere">{file.name}</span>{" "}
          <span className="font-normal text-muted">{formats.bytes(file.size)}</span>
        </>
      }
      aside={
        <div className="flex flex-wrap items-center gap-2">
          {(state === "cancelled" || state === "failed") && (
            <Button
              size="sm"
              icon={<RotateCw aria-hidden />}
              aria-label={t("againName", { name: file.name })}
              onClick={onAgain}
            >
              {tCommon("retry")}
            </Button>
          )}
          {open ? (
            <Button size="sm" aria-label={t("cancelName", { name: file.name })} onClick={onCancel}>
              {tCommon("cancel")}
            </Button>
          ) : (
            <Button
              size="sm"
              variant="flat"
              icon={<X aria-hidden />}
              aria-label={t("removeName", { name: file.name })}
              onClick={onRemove}
            >
              {t("remove")}
            </Button>
          )}
        </div>
      }
    >
      <div className="space-y-3">
        {state === "waiting" && <StatusLabel status="neutral">{t("waiting")}</StatusLabel>}
        {state === "cancelled" && <StatusLabel status="neutral">{t("cancelled")}</StatusLabel>}
        {state === "reading" && <Reading name={file.name} sizeBytes={file.size} {...checked} />}
        {state === "failed" && (
          <Alert status="danger" title={t(`failures.${checked.reason}`)} live="off">
            {t(`failures.${checked.reason}Hint`)}
          </Alert>
        )}
        {state === "done" && (
          <>
            <FileResult result={concludeComparison(compared)} compared={compared} />
            <ChecksumRows fileName={file.name} checksums={checked.checksums} compared={compared} />
          </>
        )}
      </div>
    </Card>
  );
}

interface ReadingProps {
  name: string;
  sizeBytes: number;
  readBytes: number;
  elapsedMs: number;
}

function Reading({ name, sizeBytes, readBytes, elapsedMs }: ReadingProps) {
  const t = useTranslations("fileCheck");
  const formats = useFormats();
  const line = t("progress", { done: formats.bytes(readBytes), total: formats.bytes(sizeBytes) });
  const rate = elapsedMs > 0 ? readBytes / (elapsedMs / 1000) : 0;
  return (
    <div className="space-y-1.5">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 text-compact tabular-nums">
        <p>{line}</p>
        {rate > 0 && (
          <p className="text-muted">
            {t("pace", {
              rate: formats.bytesPerSecond(rate),
              left: formats.duration(((sizeBytes - readBytes) / rate) * 1000),
            })}
          </p>
        )}
      </div>
      <ProgressBar label={t("reading", { name })} value={readBytes} max={sizeBytes} valueText={line} />
    </div>
  );
}
