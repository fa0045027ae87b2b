"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { QueryProvider } from "#components/query/query-provider.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { Card } from "#components/ui/card.tsx";
import { Radio } from "#components/ui/checkbox.tsx";
import { Link } from "#components/ui/link.tsx";
import type { OfferChoices, OfferView } from "#lib/schemas/offers.ts";
import { OfferForm } from "./offer-form.tsx";
import { OfferSummary } from "./offer-summary.tsx";
import { ReleasesCard } from "./releases-card.tsx";
import { useOfferDraft } from "./use-offer-draft.ts";
import { WithdrawOffer } from "./withdraw-offer.tsx";

interface OfferPageProps {
  view: OfferView;
  /** Null for those who may look only. */
  choices: OfferChoices | null;
}

/** An organization's offer, or the one for all. */
export function OfferPage({ view, choices }: OfferPageProps) {
  const t = useTranslations("offers");
  return (
    <QueryProvider>
      {choices === null ? (
        <>
          <Alert status="info" live="off">
            {t("readOnly")}
          </Alert>
          <OfferAsItHolds view={view} />
        </>
      ) : view.organization === null ? (
        <OfferForm view={view} choices={choices} />
      ) : (
        <OwnOrForAll view={view} organization={view.organization} choices={choices} />
      )}
    </QueryProvider>
  );
}

interface OwnOrForAllProps {
  view: OfferView;
  organization: NonNullable<OfferView["organization"]>;
  choices: OfferChoices;
}

function OwnOrForAll({ view, organization, choices }: OwnOrForAllProps) {
  const t = useTranslations("offers.scope");
  // Beside what is saved: the choice is none before it is made.
  const [wanted, setWanted] = useState<{ isOwn: boolean; of: boolean } | null>(null);
  const isOwn = wanted !== null && wanted.of === view.isOwn ? wanted.isOwn : view.isOwn;
  const choose = (own: boolean) => setWanted({ isOwn: own, of: view.isOwn });
  return (
    <>
      <Card
        title={t("title")}
        aside={
          <Link href="/catalog/offer" className="text-compact link">
            {t("openForAll")}
          </Link>
        }
      >
        <div role="radiogroup" aria-label={t("title")} className="space-y-3">
          <Radio
            name="scope"
            value="all"
            checked={!isOwn}
            label={t("all")}
            help={t("allHelp")}
            onChange={() => choose(false)}
          />
          <Radio
            name="scope"
            value="own"
            checked={isOwn}
            label={t("own")}
            help={t("ownHelp")}
            onChange={() => choose(true)}
          />
        </div>
      </Card>
      {!isOwn && view.isOwn && (
        <Alert status="warning" action={<WithdrawOffer organization={organization} seen={view.seen} />}>
          {t("withdrawHelp")}
        </Alert>
      )}
      {!isOwn && !view.isOwn && <OfferAsItHolds view={view} />}
      {isOwn && <OfferForm view={view} choices={choices} />}
    </>
  );
}

/** Of whoever changes nothing. */
function OfferAsItHolds({ view }: { view: OfferView }) {
  const state = useOfferDraft(view, "");
  const offered = { ...view, releases: view.releases.filter((release) => release.isOffered) };
  return (
    <>
      <OfferSummary view={view} />
      <ReleasesCard view={offered} state={state} mayWrite={false} />
    </>
  );
}
