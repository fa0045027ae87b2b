import { useTranslations } from "next-intl";
import { Card } from "#components/ui/card.tsx";
import { Stat, StatGroup } from "#components/ui/stat.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { Overview } from "#lib/schemas/overview.ts";

/** What there is, in figures. */
export function OverviewFigures({ overview }: { overview: Overview }) {
  const t = useTranslations("overview");
  const formats = useFormats();
  const { registries, releases, images, jobs } = overview;
  return (
    <Card>
      <StatGroup>
        <Stat
          label={t("jobsRunning")}
          value={formats.number(jobs.running)}
          detail={t("jobsFailed", { count: jobs.failed })}
        />
        <Stat
          label={t("registries")}
          value={formats.number(registries.total)}
          detail={t("registriesUnhealthy", { count: registries.unhealthy })}
        />
        <Stat label={t("releases")} value={formats.number(releases)} />
        <Stat label={t("images")} value={formats.number(images)} detail={t("imagesHelp")} />
      </StatGroup>
    </Card>
  );
}
