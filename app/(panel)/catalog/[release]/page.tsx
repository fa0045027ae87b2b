import { PackagePlus, Play } from "lucide-react";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ComponentsGrid } from "#components/catalog/components-grid.tsx";
import { DeleteRelease } from "#components/catalog/delete-release.tsx";
import { RefreshRelease } from "#components/catalog/refresh-release.tsx";
import { ReleaseKindLabel } from "#components/catalog/release-kind.tsx";
import { ReleaseProblems } from "#components/catalog/release-problems.tsx";
import { ReleaseRefresh } from "#components/catalog/release-refresh.tsx";
import { ReleaseRequestCard } from "#components/catalog/release-request.tsx";
import { ReleaseSummary } from "#components/catalog/release-summary.tsx";
import { isEnded } from "#components/jobs/job-states.ts";
import { ArrangeRelease } from "#components/paths/arrange-release.tsx";
import { QueryProvider } from "#components/query/query-provider.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import type { Access } from "#lib/auth/access.ts";
import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import { orNotFound, type PageSearch, pageParams } from "#lib/routes/page-input.ts";
import { componentListQuery, type ReleaseDetail, releaseParams } from "#lib/schemas/releases.ts";
import { getSnapshot, type JobSnapshot } from "#lib/services/jobs/index.ts";
import { getRelease, listComponents } from "#lib/services/releases/index.ts";

interface ReleasePageProps {
  params: Promise<unknown>;
  searchParams: PageSearch;
}

export async function generateMetadata({ params }: ReleasePageProps): Promise<Metadata> {
  const access = await authorizePage("catalog.read");
  const { release: id } = await pageParams(params, releaseParams);
  const { name, version } = await orNotFound(getRelease(access, id));
  return { title: `${name} ${version}` };
}

export default async function ReleasePage({ params, searchParams }: ReleasePageProps) {
  const access = await authorizePage("catalog.read");
  const jobAccess = await authorizePage("job.read");
  const { release: id } = await pageParams(params, releaseParams);
  const query = componentListQuery.parse(await searchParams);
  const [release, components, t, tBundles] = await Promise.all([
    orNotFound(getRelease(access, id)),
    listComponents(access, id, query),
    getTranslations("catalog"),
    getTranslations("bundles"),
  ]);
  const running = await findRunning(jobAccess, release);
  const name = `${release.name} ${release.version}`;
  return (
    <>
      <PageHeader
        title={name}
        aside={<ReleaseKindLabel kind={release.kind} />}
        trail={[{ href: "/catalog", label: t("title") }]}
        actions={
          <>
            {mayRole(access.role, "job.start") && (
              <>
                <ButtonLink href={`/jobs/new?release=${id}`} variant="primary" icon={<Play aria-hidden />}>
                  {t("mirror")}
                </ButtonLink>
                <ButtonLink href={`/bundles/export?release=${id}`} icon={<PackagePlus aria-hidden />}>
                  {tBundles("export")}
                </ButtonLink>
              </>
            )}
            {mayRole(access.role, "catalog.write") && (
              <>
                <RefreshRelease id={id} running={running !== null} />
                <QueryProvider>
                  <ArrangeRelease releaseId={id} />
                </QueryProvider>
                <DeleteRelease id={id} name={name} componentCount={release.componentCount} />
              </>
            )}
          </>
        }
      />
      {running ? (
        <QueryProvider>
          <ReleaseRefresh number={release.refresh?.number ?? 0} snapshot={running} />
        </QueryProvider>
      ) : (
        release.refresh?.error && <ErrorAlert error={release.refresh.error} live="off" />
      )}
      <ReleaseSummary release={release} />
      <ReleaseRequestCard release={release} />
      <ReleaseProblems problems={release.problems} />
      <ComponentsGrid
        releaseId={id}
        page={components}
        query={query}
        emptyHelp={t(running ? "noComponentsYet" : "noComponentsHelp")}
      />
    </>
  );
}

/** The look-up that is under way. */
async function findRunning(
  access: Access<"job.read">,
  { refresh }: ReleaseDetail,
): Promise<JobSnapshot | null> {
  if (refresh === null || isEnded(refresh.state)) return null;
  return getSnapshot(access, refresh.jobId);
}
