import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { notFound, redirect } from "next/navigation";
import { OfferPage } from "#components/offers/offer-page.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { getOffer, getOfferChoices } from "#lib/services/offers/index.ts";
import { listOrganizationChoices } from "#lib/services/organizations.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("offers");
  return { title: t("titleForAll") };
}

/** The offer for all that have none of their own; a tenant is led to what holds for it. */
export default async function OfferForAllPage() {
  const access = await authorizePage("offer.read");
  if (access.organizationId !== null) {
    const organizations = await authorizePage("organization.read");
    const [own] = await listOrganizationChoices(organizations, { enabledOnly: false });
    if (!own) return notFound();
    return redirect(`/organizations/${own.name}/offer`);
  }
  const [view, choices, t, tCatalog] = await Promise.all([
    getOffer(access, null),
    getOfferChoices(access, null),
    getTranslations("offers"),
    getTranslations("catalog"),
  ]);
  return (
    <>
      <PageHeader
        title={t("titleForAll")}
        description={t("descriptionForAll")}
        trail={[{ href: "/catalog", label: tCatalog("title") }]}
      />
      <OfferPage view={view} choices={choices} />
    </>
  );
}
