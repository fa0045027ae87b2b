import { useTranslations } from "next-intl";
import { formatPlace } from "#components/registries/format-place.ts";
import { Card } from "#components/ui/card.tsx";
import { Code } from "#components/ui/code.tsx";
import { DescriptionList } from "#components/ui/description-list.tsx";
import type { OfferView } from "#lib/schemas/offers.ts";
import { PlaceNotes } from "./place-notes.tsx";

/** An offer as it holds, without anything to change. */
export function OfferSummary({ view }: { view: OfferView }) {
  const t = useTranslations("offers.summary");
  const tBehaviour = useTranslations("offers.behaviour");
  const { organization, isOwn, sharedPlace, readsFrom, publishOnSave } = view;
  const place = view.place ?? sharedPlace;
  const isShared = view.place === null || organization === null;
  return (
    <Card title={t("title")}>
      <div className="space-y-4">
        <DescriptionList
          items={[
            ...(organization === null
              ? []
              : [{ label: t("scope"), value: t(isOwn ? "scopeOwn" : "scopeAll") }]),
            {
              label: t("place"),
              value: place ? (
                <>
                  <Code>{formatPlace(place)}</Code>
                  {isShared && <span className="ml-2 text-muted">{t("shared")}</span>}
                </>
              ) : (
                t("noPlace")
              ),
            },
            { label: tBehaviour("readsFrom"), value: tBehaviour(readsFrom) },
            { label: t("publishes"), value: t(publishOnSave ? "publishesOnSave" : "publishesByHand") },
          ]}
        />
        <PlaceNotes place={place} isForAll={organization === null} />
      </div>
    </Card>
  );
}
