import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { PublishFigures } from "#components/publishing/publish-figures.tsx";
import { PublishGrid } from "#components/publishing/publish-grid.tsx";
import { PublishNotes } from "#components/publishing/publish-notes.tsx";
import { PublishObstacle } from "#components/publishing/publish-obstacle.tsx";
import { PublishRoute } from "#components/publishing/publish-route.tsx";
import { PublishRuns } from "#components/publishing/publish-runs.tsx";
import { StartPublish } from "#components/publishing/start-publish.tsx";
import { PathProblems } from "#components/start-job/path-problems.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import { orNotFound, pageParams, type PageSearch } from "#lib/routes/page-input.ts";
import { jobsQuery } from "#lib/schemas/jobs.ts";
import { organizationParams } from "#lib/schemas/organizations.ts";
import { publishQuery } from "#lib/schemas/publishing.ts";
import { listJobs } from "#lib/services/jobs/index.ts";
import { getOrganization } from "#lib/services/organizations.ts";
import { previewPublish } from "#lib/services/publishing/index.ts";

interface PublishPageProps {
  params: Promise<unknown>;
  searchParams: PageSearch;
}

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("publishing");
  return { title: t("title") };
}

export default async function PublishPage({ params, searchParams }: PublishPageProps) {
  const access = await authorizePage("selection.read");
  const [jobAccess, organizationAccess] = [
    await authorizePage("job.read"),
    await authorizePage("organization.read"),
  ];
  const { organization: name } = await pageParams(params, organizationParams);
  const { id, displayName } = await orNotFound(getOrganization(organizationAccess, name));
  const query = publishQuery.parse(await searchParams);
  const runs = jobsQuery.parse({ organization: id, kind: "mirror,prune", pageSize: 10 });
  const [preview, { rows: jobs }, t, tOrganizations, tPruning] = await Promise.all([
    orNotFound(previewPublish(access, id, query)),
    listJobs(jobAccess, runs),
    getTranslations("publishing"),
    getTranslations("organizations"),
    getTranslations("pruning"),
  ]);
  const { plan, obstacle } = preview;
  const removable = preview.elsewhere + (plan?.counts.unselected ?? 0);
  const missing = plan ? plan.counts.new + plan.counts.changed : 0;
  const isSelected = missing > 0 || (plan?.counts.present ?? 0) > 0;
  const isBlocked = plan !== null && plan.collisions.length + plan.overlaps.length > 0;
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("description")}
        trail={[
          { href: "/organizations", label: tOrganizations("title") },
          { href: `/organizations/${name}`, label: displayName },
        ]}
        actions={
          <>
            {isSelected && mayRole(access.role, "publish.start") && (
              <StartPublish organizationId={id} isComplete={missing === 0} disabled={isBlocked} />
            )}
            <ButtonLink href={`/organizations/${name}/selection`}>{t("toSelection")}</ButtonLink>
            {removable > 0 && (
              <ButtonLink href={`/organizations/${name}/prune`}>
                {tPruning("openCount", { count: removable })}
              </ButtonLink>
            )}
          </>
        }
      />
      <PublishNotes preview={preview} jobs={jobs} />
      {obstacle && (
        <PublishObstacle
          obstacle={obstacle}
          organization={name}
          mayOffer={mayRole(access.role, "offer.write")}
        />
      )}
      {plan && (
        <>
          <PathProblems collisions={plan.collisions} overlaps={plan.overlaps} />
          <PublishRoute source={plan.source} destination={plan.destination} />
          <Card>
            <PublishFigures plan={plan} />
          </Card>
          <PublishGrid organization={name} rows={plan.rows} query={query} />
        </>
      )}
      <PublishRuns jobs={jobs} organizationId={access.organizationId === null ? id : null} />
    </>
  );
}
