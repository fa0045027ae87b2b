import { useFormatter, useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import { checksumAlgorithms, checksumNames } from "#lib/engine/checksums/checksums.ts";
import type { ChecksumResult, ComparedChecksum } from "#lib/engine/checksums/compare-checksums.ts";

/** A pasted list may name thousands. */
const shownNames = 3;

interface FileResultProps {
  result: ChecksumResult;
  compared: readonly ComparedChecksum[];
}

/** What the comparison comes to, and what to do next. Not announced: one line for the whole page is. */
export function FileResult({ result, compared }: FileResultProps) {
  const t = useTranslations("fileCheck.results");
  const format = useFormatter();
  if (result === "mismatch") {
    return (
      <Alert status="danger" title={t("mismatch")} live="off">
        {t("mismatchHint")}
      </Alert>
    );
  }
  if (result === "match") {
    const matching = checksumAlgorithms.filter((algorithm) =>
      compared.some(({ published, verdict }) => verdict === "match" && published.algorithm === algorithm),
    );
    const algorithms = format.list(matching.map((each) => checksumNames[each]));
    return (
      <Alert status="success" title={t("match")} live="off">
        {matching.includes("sha256") ? t("matchHint", { algorithms }) : t("matchHintWeak", { algorithms })}
      </Alert>
    );
  }
  const names = new Set(compared.flatMap(({ published }) => published.fileName ?? []));
  return (
    <Alert status="info" title={t("nothing")} live="off">
      {names.size === 0
        ? t("nothingHint")
        : t("nothingNamed", { names: format.list([...names].slice(0, shownNames)), count: names.size })}
    </Alert>
  );
}
