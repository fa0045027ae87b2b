import { useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import { Card } from "#components/ui/card.tsx";
import { Code } from "#components/ui/code.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { BundleDetail } from "#lib/services/bundles/bundle-views.ts";
import { isWhole } from "./bundle-states.ts";
import { DownloadLink } from "./download-link.tsx";

/** The files that are carried across the gap, to fetch one by one. */
export function BundleFiles({ bundle }: { bundle: BundleDetail }) {
  const t = useTranslations("bundles.files");
  const formats = useFormats();
  const { id, files, state, reachable } = bundle;
  if (files.length === 0 || state === "missing") return null;
  const whole = isWhole(bundle);
  return (
    <Card
      title={t("title")}
      aside={<span className="text-xs text-muted">{t("count", { count: files.length })}</span>}
      flush
    >
      {whole && !reachable && (
        <div className="border-b border-line p-4">
          <Alert status="info" live="off" title={t("elsewhere", { store: bundle.store.name })}>
            {t("elsewhereHelp")}
          </Alert>
        </div>
      )}
      {whole && reachable && <p className="border-b border-line px-4 py-2 text-xs text-muted">{t("help")}</p>}
      <ul
        // Focusable, so that the keyboard can scroll what does not fit.
        tabIndex={0}
        aria-label={t("title")}
        className="max-h-96 divide-y divide-line overflow-y-auto -outline-offset-2"
      >
        {files.map(({ name, sizeBytes, receivedBytes }) => (
          <li key={name} className="flex items-center gap-x-4 px-4 py-1.5 text-compact">
            <span className="min-w-0 flex-1">
              <Code>{name}</Code>
            </span>
            <span className="whitespace-nowrap text-muted tabular-nums">
              {state === "uploading"
                ? t("received", { done: formats.bytes(receivedBytes), total: formats.bytes(sizeBytes) })
                : formats.bytes(sizeBytes)}
            </span>
            {whole && reachable && (
              <DownloadLink name={name} href={`/api/bundles/${id}/files/${encodeURIComponent(name)}`} />
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
