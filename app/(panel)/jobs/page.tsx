import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { JobsGrid } from "#components/jobs/jobs-grid.tsx";
import { NewLink } from "#components/ui/new-link.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import type { PageSearch } from "#lib/routes/page-input.ts";
import { jobsQuery } from "#lib/schemas/jobs.ts";
import { listJobs } from "#lib/services/jobs/index.ts";
import { listOrganizationChoices } from "#lib/services/organizations.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("jobs");
  return { title: t("title") };
}

export default async function JobsPage({ searchParams }: { searchParams: PageSearch }) {
  const access = await authorizePage("job.read");
  const organizations = await authorizePage("organization.read");
  const query = jobsQuery.parse(await searchParams);
  const [page, choices, t] = await Promise.all([
    listJobs(access, query),
    listOrganizationChoices(organizations, { enabledOnly: false }),
    getTranslations("jobs"),
  ]);
  const mayStart = mayRole(access.role, "job.start");
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("description")}
        actions={mayStart && <NewLink href="/jobs/new">{t("start")}</NewLink>}
      />
      <JobsGrid
        page={page}
        query={query}
        mayStart={mayStart}
        organizations={access.organizationId === null ? choices : null}
      />
    </>
  );
}
