import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ExpiringCertificates } from "#components/overview/expiring-certificates.tsx";
import { OverviewFigures } from "#components/overview/overview-figures.tsx";
import { RecentJobs } from "#components/overview/recent-jobs.tsx";
import { RegistryHealthList } from "#components/overview/registry-health-list.tsx";
import { RunningJobs } from "#components/overview/running-jobs.tsx";
import { SetupSteps } from "#components/overview/setup-steps.tsx";
import { QueryProvider } from "#components/query/query-provider.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import { jobsQuery } from "#lib/schemas/jobs.ts";
import { registryListQuery } from "#lib/schemas/registries.ts";
import { listExpiring } from "#lib/services/certificates/index.ts";
import { getJob, listJobs } from "#lib/services/jobs/index.ts";
import { getOverview } from "#lib/services/overview.ts";
import { listRegistries } from "#lib/services/registries/index.ts";

// Each live job holds a stream, and a browser opens six connections to a server at most.
const maxLiveJobs = 3;
const maxRecentJobs = 5;
const maxCertificates = 6;

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("overview");
  return { title: t("title") };
}

export default async function OverviewPage() {
  const access = await authorizePage("overview.read");
  const jobAccess = await authorizePage("job.read");
  const registryAccess = await authorizePage("registry.read");
  const [overview, running, recent, registries, certificates, t] = await Promise.all([
    getOverview(access),
    listJobs(jobAccess, jobsQuery.parse({ state: "queued,planning,planned,running" })),
    listJobs(jobAccess, jobsQuery.parse({ state: "succeeded,failed,cancelled", sort: "finishedAt" })),
    // Those that do not answer come first.
    listRegistries(registryAccess, registryListQuery.parse({ sort: "health", order: "desc" })),
    listExpiring(access, maxCertificates),
    getTranslations("overview"),
  ]);
  const live = await Promise.all(running.rows.slice(0, maxLiveJobs).map(({ id }) => getJob(jobAccess, id)));
  return (
    <>
      <PageHeader title={t("title")} description={t("description")} />
      {mayRole(access.role, "job.start") && <SetupSteps overview={overview} />}
      <OverviewFigures overview={overview} />
      <QueryProvider>
        <RunningJobs jobs={live} total={running.total} />
      </QueryProvider>
      <div className="grid grid-cols-1 gap-4 lg:grid-cols-2">
        <RecentJobs jobs={recent.rows.slice(0, maxRecentJobs)} />
        <RegistryHealthList registries={registries.rows} />
      </div>
      <ExpiringCertificates certificates={certificates} mayRead={mayRole(access.role, "certificate.read")} />
    </>
  );
}
