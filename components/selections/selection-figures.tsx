import { useTranslations } from "next-intl";
import { Card } from "#components/ui/card.tsx";
import { Stat, StatGroup } from "#components/ui/stat.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { SelectionSummary } from "./draft.ts";

interface SelectionFiguresProps {
  summary: SelectionSummary;
  total: number;
  /** The revision that changes are counted against; 0 for none. */
  revision: number;
}

/** What a selection comes to, as it is turned on and off. */
export function SelectionFigures({ summary, total, revision }: SelectionFiguresProps) {
  const t = useTranslations("selections.summary");
  const formats = useFormats();
  const { onCount, onBytes, unknownCount, added, removed, missingCount } = summary;
  return (
    <Card title={t("title")}>
      <StatGroup>
        <Stat label={t("on")} value={formats.number(onCount)} detail={t("onOf", { total })} />
        <Stat
          label={t("size")}
          value={onCount > 0 && unknownCount === onCount ? "–" : formats.bytes(onBytes)}
          detail={unknownCount > 0 ? t("unknown", { count: unknownCount }) : undefined}
        />
        <Stat
          label={revision === 0 ? t("changeFirst") : t("change", { revision })}
          value={t("changeValue", { added: added.length, removed: removed.length })}
          detail={<Difference summary={summary} />}
        />
        <Stat
          label={t("toPublish")}
          value={formats.number(missingCount)}
          detail={<ToPublish summary={summary} />}
        />
      </StatGroup>
    </Card>
  );
}

function Difference({ summary: { changedBytes, changedUnknown } }: { summary: SelectionSummary }) {
  const t = useTranslations("selections.summary");
  const formats = useFormats();
  if (changedBytes === 0) return changedUnknown > 0 ? t("unknown", { count: changedUnknown }) : t("same");
  return t(changedBytes > 0 ? "more" : "less", { size: formats.bytes(Math.abs(changedBytes)) });
}

function ToPublish({ summary }: { summary: SelectionSummary }) {
  const t = useTranslations("selections.summary");
  const formats = useFormats();
  const { missingCount, missingBytes, missingUnknown } = summary;
  if (missingCount === 0) return t("upToDate");
  if (missingUnknown === missingCount) return t("unknown", { count: missingUnknown });
  const size = formats.bytes(missingBytes);
  return missingUnknown === 0
    ? t("toPublishSize", { size })
    : t("toPublishKnown", { size, count: missingUnknown });
}
