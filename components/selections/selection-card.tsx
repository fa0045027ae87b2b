import { useTranslations } from "next-intl";
import { Card } from "#components/ui/card.tsx";
import { DescriptionList } from "#components/ui/description-list.tsx";
import { Link } from "#components/ui/link.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { SelectionOverview } from "#lib/schemas/selections.ts";

/** How far an organization has chosen what it publishes. */
export function SelectionCard({ overview: { organization, releases } }: { overview: SelectionOverview }) {
  const t = useTranslations("selections");
  const formats = useFormats();
  const saved = releases.filter((release) => release.saved !== null);
  const sum = (field: "onCount" | "newCount") =>
    formats.number(saved.reduce((total, release) => total + release[field], 0));
  return (
    <Card
      title={t("card.title")}
      aside={
        <Link href={`/organizations/${organization.name}/selection`} className="text-compact link">
          {t("card.open")}
        </Link>
      }
    >
      <DescriptionList
        items={[
          {
            label: t("card.releases"),
            value:
              releases.length === 0
                ? t("card.none")
                : t("allOrganizations.savedOf", { saved: saved.length, offered: releases.length }),
          },
          { label: t("card.on"), value: sum("onCount") },
          { label: t("card.new"), value: sum("newCount") },
        ]}
      />
    </Card>
  );
}
