import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { OfferCard } from "#components/offers/offer-card.tsx";
import { OrganizationActions } from "#components/organizations/organization-actions.tsx";
import { OrganizationState } from "#components/organizations/organization-state.tsx";
import { PublishingCard } from "#components/publishing/publishing-card.tsx";
import { SelectionCard } from "#components/selections/selection-card.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { Card } from "#components/ui/card.tsx";
import { DescriptionList } from "#components/ui/description-list.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { DateTime } from "#components/ui/time.tsx";
import { CreateUser } from "#components/users/create-user.tsx";
import { UsersGrid } from "#components/users/users-grid.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import { orNotFound, pageParams, type PageSearch } from "#lib/routes/page-input.ts";
import { jobsQuery } from "#lib/schemas/jobs.ts";
import { organizationParams } from "#lib/schemas/organizations.ts";
import { userListQuery } from "#lib/schemas/users.ts";
import { listJobs } from "#lib/services/jobs/index.ts";
import { getOffer } from "#lib/services/offers/index.ts";
import { getOrganization } from "#lib/services/organizations.ts";
import { getPublishingState } from "#lib/services/publishing/index.ts";
import { getSelectionOverview } from "#lib/services/selections/index.ts";
import { listUsers } from "#lib/services/users/index.ts";

interface OrganizationPageProps {
  params: Promise<unknown>;
  searchParams: PageSearch;
}

async function readOrganization(params: Promise<unknown>) {
  const access = await authorizePage("organization.read");
  const { organization: name } = await pageParams(params, organizationParams);
  return orNotFound(getOrganization(access, name));
}

export async function generateMetadata({ params }: OrganizationPageProps): Promise<Metadata> {
  return { title: (await readOrganization(params)).displayName };
}

export default async function OrganizationPage({ params, searchParams }: OrganizationPageProps) {
  const organization = await readOrganization(params);
  const access = await authorizePage("user.read");
  const [offerAccess, selectionAccess, jobAccess] = [
    await authorizePage("offer.read"),
    await authorizePage("selection.read"),
    await authorizePage("job.read"),
  ];
  const query = { ...userListQuery.parse(await searchParams), organization: organization.id };
  const published = { organization: organization.id, kind: "mirror", pageSize: 10 };
  const [users, offer, selection, publishing, runs, t, tCommon] = await Promise.all([
    listUsers(access, query),
    getOffer(offerAccess, organization.name),
    getSelectionOverview(selectionAccess, organization.name),
    getPublishingState(selectionAccess, organization.id),
    listJobs(jobAccess, jobsQuery.parse(published)),
    getTranslations("organizations"),
    getTranslations("common"),
  ]);
  const { id, name, displayName, isEnabled } = organization;
  const mayWriteUsers = mayRole(access.role, "user.write");
  return (
    <>
      <PageHeader
        title={displayName}
        trail={[{ href: "/organizations", label: t("title") }]}
        aside={<OrganizationState isEnabled={isEnabled} />}
        actions={
          mayRole(access.role, "organization.write") && <OrganizationActions organization={organization} />
        }
      />
      {!isEnabled && (
        <Alert status="warning" live="off">
          {t("disabledAlert")}
        </Alert>
      )}
      <Card title={tCommon("details")}>
        <DescriptionList
          items={[
            { label: t("name"), value: name },
            { label: t("registries"), value: organization.registryCount },
            { label: t("jobs"), value: organization.jobCount },
            { label: t("created"), value: <DateTime value={organization.createdAt} /> },
          ]}
        />
      </Card>
      <OfferCard organization={name} offer={offer} />
      <SelectionCard overview={selection} />
      <PublishingCard organization={name} publishing={publishing} lastRun={runs.rows[0]} />
      <section className="space-y-3">
        <div className="flex flex-wrap items-center justify-between gap-2">
          <h2 className="text-base font-semibold">{t("users")}</h2>
          {mayWriteUsers && isEnabled && (
            <CreateUser organizations={[{ id, name, displayName }]} organizationId={id} />
          )}
        </div>
        <UsersGrid
          label={t("users")}
          path={`/organizations/${name}`}
          page={users}
          query={{ ...query, organization: "" }}
          mayWrite={mayWriteUsers}
          organizations={null}
        />
      </section>
    </>
  );
}
