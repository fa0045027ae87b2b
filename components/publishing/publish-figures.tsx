import { useTranslations } from "next-intl";
import { Stat, StatGroup } from "#components/ui/stat.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { PublishPlan } from "#lib/services/publishing/index.ts";

export function PublishFigures({ plan }: { plan: PublishPlan }) {
  const t = useTranslations("publishing.figures");
  const formats = useFormats();
  const { counts, neededByOthers, missingBytes, selectedBytes, unknownSizes } = plan;
  const isUnknown = unknownSizes > 0 && unknownSizes === counts.new + counts.changed;
  return (
    <StatGroup>
      <Stat label={t("new")} value={formats.number(counts.new)} />
      <Stat label={t("changed")} value={formats.number(counts.changed)} detail={t("changedHelp")} />
      <Stat label={t("present")} value={formats.number(counts.present)} detail={t("presentHelp")} />
      <Stat
        label={t("unselected")}
        value={formats.number(counts.unselected)}
        detail={neededByOthers > 0 ? t("neededByOthers", { count: neededByOthers }) : undefined}
      />
      <Stat
        label={t("bytes")}
        value={isUnknown ? "–" : formats.bytes(missingBytes)}
        detail={
          unknownSizes > 0
            ? t("unknownSizes", { count: unknownSizes })
            : t("bytesOf", { size: formats.bytes(selectedBytes) })
        }
      />
    </StatGroup>
  );
}
