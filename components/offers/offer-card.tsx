import { useTranslations } from "next-intl";
import { formatPlace } from "#components/registries/format-place.ts";
import { Card } from "#components/ui/card.tsx";
import { Code } from "#components/ui/code.tsx";
import { DescriptionList } from "#components/ui/description-list.tsx";
import { Link } from "#components/ui/link.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { OfferView } from "#lib/schemas/offers.ts";

/** What an organization is offered, and where to. */
export function OfferCard({ organization, offer }: { organization: string; offer: OfferView }) {
  const t = useTranslations("offers");
  const formats = useFormats();
  const { isOwn, seen, sharedPlace } = offer;
  const place = offer.place ?? sharedPlace;
  const offered = offer.releases.filter((release) => release.isOffered);
  const named = offered.slice(0, 3).map(({ name, version }) => `${name} ${version}`);
  return (
    <Card
      title={t("title")}
      aside={
        <Link href={`/organizations/${organization}/offer`} className="text-compact link">
          {t("card.open")}
        </Link>
      }
    >
      <DescriptionList
        items={[
          {
            label: t("summary.scope"),
            value: seen === null ? t("card.none") : t(isOwn ? "summary.scopeOwn" : "summary.scopeAll"),
          },
          {
            label: t("releases.title"),
            value:
              named.length === 0
                ? formats.number(0)
                : t("card.releases", { names: named.join(", "), more: offered.length - named.length }),
          },
          {
            label: t("summary.place"),
            value: place ? (
              <>
                <Code>{formatPlace(place)}</Code>
                <span className="ml-2 text-muted">
                  {t(offer.place === null ? "summary.shared" : "summary.private")}
                </span>
              </>
            ) : (
              t("summary.noPlace")
            ),
          },
        ]}
      />
    </Card>
  );
}
