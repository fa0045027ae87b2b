import { useTranslations } from "next-intl";
import { formatPlace } from "#components/registries/format-place.ts";
import { HealthLabel } from "#components/registries/health-label.tsx";
import { Card } from "#components/ui/card.tsx";
import { Code } from "#components/ui/code.tsx";
import { DescriptionList } from "#components/ui/description-list.tsx";
import { Link } from "#components/ui/link.tsx";
import type { SharedDestination } from "#lib/schemas/container-registry.ts";

/** The registry and destination that the URL is, as far as the panel has them. */
export function SharedDestinationCard({ shared }: { shared: SharedDestination | null }) {
  const t = useTranslations("containerRegistry");
  return (
    <Card
      title={t("sharedCard")}
      aside={
        <Link href="/catalog/offer" className="text-compact link">
          {t("offerForAll")}
        </Link>
      }
    >
      {shared === null ? (
        <p className="text-compact">
          {t("sharedNone")} <span className="text-muted">{t("sharedNoneHelp")}</span>
        </p>
      ) : (
        <div className="space-y-3">
          <p className="max-w-3xl text-compact text-muted">{t("sharedHelp")}</p>
          <DescriptionList
            items={[
              {
                label: t("registry"),
                value: (
                  <Link href={`/registries/${shared.registry.id}`} className="link">
                    {shared.registry.name}
                  </Link>
                ),
              },
              {
                label: t("health"),
                value: <HealthLabel state={shared.registry.health} latencyMs={shared.registry.latencyMs} />,
              },
              { label: t("destination"), value: <Code>{formatPlace(shared)}</Code> },
              { label: t("usedBy"), value: t("usedByCount", { count: shared.organizationCount }) },
            ]}
          />
        </div>
      )}
    </Card>
  );
}
