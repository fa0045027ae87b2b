import { PackagePlus, Play } from "lucide-react";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ComponentsGrid } from "#components/catalog/components-grid.tsx";
import { DeleteRelease } from "#components/catalog/delete-release.tsx";
import { ReleaseKindLabel } from "#components/catalog/release-kind.tsx";
import { ReleaseSummary } from "#components/catalog/release-summary.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import { orNotFound, type PageSearch, pageParams } from "#lib/routes/page-input.ts";
import { componentListQuery, releaseParams } from "#lib/schemas/releases.ts";
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
  const { release: id } = await pageParams(params, releaseParams);
  const query = componentListQuery.parse(await searchParams);
  const [release, components, t, tBundles] = await Promise.all([
    orNotFound(getRelease(access, id)),
    listComponents(access, id, query),
    getTranslations("catalog"),
    getTranslations("bundles"),
  ]);
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
              <DeleteRelease id={id} name={name} componentCount={release.componentCount} />
            )}
          </>
        }
      />
      <ReleaseSummary release={release} />
      <ComponentsGrid releaseId={id} page={components} query={query} />
    </>
  );
}
