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
  const { onCount, onBytes, unknownCount, added, removed, changedBytes, missingCount, missingBytes } =
    summary;
  const difference = formats.bytes(Math.abs(changedBytes));
  return (
    <Card title={t("title")}>
      <StatGroup>
        <Stat label={t("on")} value={formats.number(onCount)} detail={t("onOf", { total })} />
        <Stat
          label={t("size")}
          value={formats.bytes(onBytes)}
          detail={unknownCount > 0 ? t("unknown", { count: unknownCount }) : undefined}
        />
        <Stat
          label={revision === 0 ? t("changeFirst") : t("change", { revision })}
          value={t("changeValue", { added: added.length, removed: removed.length })}
          detail={
            changedBytes === 0 ? t("same") : t(changedBytes > 0 ? "more" : "less", { size: difference })
          }
        />
        <Stat
          label={t("toPublish")}
          value={formats.number(missingCount)}
          detail={
            missingCount === 0 ? t("upToDate") : t("toPublishSize", { size: formats.bytes(missingBytes) })
          }
        />
      </StatGroup>
    </Card>
  );
}
