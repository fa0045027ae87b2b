import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { OfferedReleases } from "#components/selections/offered-releases.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import { orNotFound, pageParams } from "#lib/routes/page-input.ts";
import { organizationParams } from "#lib/schemas/organizations.ts";
import { getSelectionOverview } from "#lib/services/selections/index.ts";

interface SelectionPageProps {
  params: Promise<unknown>;
}

export async function generateMetadata({ params }: SelectionPageProps): Promise<Metadata> {
  const { organization: name } = await pageParams(params, organizationParams);
  const t = await getTranslations("selections");
  return { title: t("titleOf", { name }) };
}

export default async function SelectionPage({ params }: SelectionPageProps) {
  const access = await authorizePage("selection.read");
  const { organization: name } = await pageParams(params, organizationParams);
  const [overview, t, tOrganizations] = await Promise.all([
    orNotFound(getSelectionOverview(access, name)),
    getTranslations("selections"),
    getTranslations("organizations"),
  ]);
  const { organization, releases } = overview;
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("description")}
        trail={[
          { href: "/organizations", label: tOrganizations("title") },
          { href: `/organizations/${name}`, label: organization.displayName },
        ]}
        actions={
          <ButtonLink href={`/organizations/${name}/publish`} variant="primary">
            {t("publish")}
          </ButtonLink>
        }
      />
      {releases.length === 0 ? (
        <Card>
          <EmptyState
            title={t("overview.emptyTitle")}
            action={
              mayRole(access.role, "offer.write") && (
                <ButtonLink href={`/organizations/${name}/offer`}>{t("overview.toOffer")}</ButtonLink>
              )
            }
          >
            {t("overview.emptyHelp")}
          </EmptyState>
        </Card>
      ) : (
        <OfferedReleases overview={overview} />
      )}
    </>
  );
}
