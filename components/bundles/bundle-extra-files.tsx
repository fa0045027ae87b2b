import { useTranslations } from "next-intl";
import { Card } from "#components/ui/card.tsx";
import { Code } from "#components/ui/code.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { DescriptionList } from "#components/ui/description-list.tsx";
import { checksumAlgorithms, checksumNames } from "#lib/engine/checksums/checksums.ts";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { BundleDetail, BundleExtraFile } from "#lib/services/bundles/bundle-views.ts";
import { isWhole } from "./bundle-states.ts";
import { DownloadLink } from "./download-link.tsx";

/** Files that travel along with the images, with the checksums that their publishers name. */
export function BundleExtraFiles({ bundle }: { bundle: BundleDetail }) {
  const t = useTranslations("bundles.extraFiles");
  const { id, extraFiles, reachable } = bundle;
  if (extraFiles.length === 0) return null;
  return (
    <Card title={t("title")} flush>
      <ul className="divide-y divide-line">
        {extraFiles.map((file) => (
          <ExtraFile
            key={file.name}
            file={file}
            href={
              reachable && isWhole(bundle)
                ? `/api/bundles/${id}/extras/${encodeURIComponent(file.name)}`
                : null
            }
          />
        ))}
      </ul>
    </Card>
  );
}

function ExtraFile({ file, href }: { file: BundleExtraFile; href: string | null }) {
  const t = useTranslations("fileCheck");
  const formats = useFormats();
  const { name } = file;
  return (
    <li className="space-y-1 px-4 py-3">
      <div className="flex items-center gap-x-4 text-compact">
        <span className="min-w-0 flex-1 font-medium wrap-anywhere">{name}</span>
        <span className="whitespace-nowrap text-muted tabular-nums">{formats.bytes(file.sizeBytes)}</span>
        {href !== null && <DownloadLink name={name} href={href} />}
      </div>
      <DescriptionList
        items={checksumAlgorithms.map((algorithm) => ({
          label: checksumNames[algorithm],
          value: (
            <span className="flex items-start gap-1">
              <Code className="pt-0.5">{file[algorithm]}</Code>
              <CopyButton
                value={file[algorithm]}
                label={t("copyValue", { algorithm: checksumNames[algorithm], name })}
              />
            </span>
          ),
        }))}
      />
    </li>
  );
}
