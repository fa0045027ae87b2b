import { useTranslations } from "next-intl";
import { StatusLabel } from "#components/ui/badge.tsx";
import { Code } from "#components/ui/code.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { DescriptionList } from "#components/ui/description-list.tsx";
import {
  type ChecksumAlgorithm,
  checksumAlgorithms,
  checksumNames,
  type Checksums,
} from "#lib/engine/checksums/checksums.ts";
import type { ComparedChecksum } from "#lib/engine/checksums/compare-checksums.ts";

/** Of a pasted list of values without names, none of which matches. */
const shownValues = 3;

interface ChecksumRowsProps {
  fileName: string;
  checksums: Checksums;
  compared: readonly ComparedChecksum[];
}

/** The computed values, each with what the published ones make of it. */
export function ChecksumRows({ fileName, checksums, compared }: ChecksumRowsProps) {
  const t = useTranslations("fileCheck");
  return (
    <DescriptionList
      items={checksumAlgorithms.map((algorithm) => ({
        label: checksumNames[algorithm],
        value: (
          <div className="space-y-1">
            <div className="flex items-start justify-between gap-2">
              <Code className="py-1">{checksums[algorithm]}</Code>
              <CopyButton
                value={checksums[algorithm]}
                label={t("copyValue", { algorithm: checksumNames[algorithm], name: fileName })}
              />
            </div>
            <Verdict algorithm={algorithm} compared={compared} />
          </div>
        ),
      }))}
    />
  );
}

interface VerdictProps extends Pick<ChecksumRowsProps, "compared"> {
  algorithm: ChecksumAlgorithm;
}

function Verdict({ algorithm, compared }: VerdictProps) {
  const t = useTranslations("fileCheck");
  const own = compared.filter(({ published }) => published.algorithm === algorithm);
  const wrong = own.filter(({ verdict }) => verdict === "mismatch");
  if (wrong.length > 0) {
    return (
      <>
        <StatusLabel status="danger">{t("verdicts.mismatch")}</StatusLabel>
        {wrong.slice(0, shownValues).map(({ published }) => (
          <p key={`${published.line} ${published.hex}`} className="text-muted">
            {t.rich("publishedValue", { value: published.hex, code: (value) => <Code>{value}</Code> })}
          </p>
        ))}
      </>
    );
  }
  const matches = own.some(({ verdict }) => verdict === "match");
  return (
    <StatusLabel status={matches ? "success" : "neutral"} className={matches ? "" : "text-muted"}>
      {t(matches ? "verdicts.match" : "verdicts.nothing")}
    </StatusLabel>
  );
}
