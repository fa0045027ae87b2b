import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { OfferPage } from "#components/offers/offer-page.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { orNotFound, pageParams } from "#lib/routes/page-input.ts";
import { organizationParams } from "#lib/schemas/organizations.ts";
import { getOffer, getOfferChoices } from "#lib/services/offers/index.ts";

interface OrganizationOfferPageProps {
  params: Promise<unknown>;
}

export async function generateMetadata({ params }: OrganizationOfferPageProps): Promise<Metadata> {
  const { organization: name } = await pageParams(params, organizationParams);
  const t = await getTranslations("offers");
  return { title: t("titleOf", { name }) };
}

export default async function OrganizationOfferPage({ params }: OrganizationOfferPageProps) {
  const access = await authorizePage("offer.read");
  const { organization: name } = await pageParams(params, organizationParams);
  const [view, choices, t, tOrganizations] = await Promise.all([
    orNotFound(getOffer(access, name)),
    orNotFound(getOfferChoices(access, name)),
    getTranslations("offers"),
    getTranslations("organizations"),
  ]);
  const displayName = view.organization?.displayName ?? name;
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("description", { organization: displayName })}
        trail={[
          { href: "/organizations", label: tOrganizations("title") },
          { href: `/organizations/${name}`, label: displayName },
        ]}
        actions={<ButtonLink href={`/organizations/${name}/selection`}>{t("toSelection")}</ButtonLink>}
      />
      <OfferPage view={view} choices={choices} />
    </>
  );
}
