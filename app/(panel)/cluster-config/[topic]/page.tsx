import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ConfigDesk } from "#components/cluster-config/config-desk.tsx";
import { NoPlaces } from "#components/cluster-config/no-places.tsx";
import { PlaceChooser } from "#components/cluster-config/place-chooser.tsx";
import { QueryProvider } from "#components/query/query-provider.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { Link } from "#components/ui/link.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import { createConfigGuideText } from "#lib/i18n/config-guide-text.ts";
import { orNotFound, type PageSearch, pageParams } from "#lib/routes/page-input.ts";
import { configPlaceQuery, configTopicParams } from "#lib/schemas/cluster-config.ts";
import { choosePlace, draftConfig } from "#lib/services/cluster-config/index.ts";

interface ConfigTopicPageProps {
  params: Promise<unknown>;
  searchParams: PageSearch;
}

export async function generateMetadata({ params }: ConfigTopicPageProps): Promise<Metadata> {
  const { topic } = await pageParams(params, configTopicParams);
  return { title: createConfigGuideText(await getTranslations("configGuides")).kind(topic).title };
}

export default async function ConfigTopicPage({ params, searchParams }: ConfigTopicPageProps) {
  const access = await authorizePage("cluster-config.read");
  const { topic } = await pageParams(params, configTopicParams);
  const { destination } = configPlaceQuery.parse(await searchParams);
  const [{ places, placeId }, t, tGuides] = await Promise.all([
    orNotFound(choosePlace(access, destination)),
    getTranslations("clusterConfig"),
    getTranslations("configGuides"),
  ]);
  const { title, description } = createConfigGuideText(tGuides).kind(topic);
  const trail = [{ href: `/cluster-config?destination=${placeId ?? ""}`, label: t("title") }];
  const mayHaveSecrets = mayRole(access.role, "cluster-config.secret");
  const draft = placeId === null ? null : await draftConfig(access, topic, placeId);
  return (
    <>
      <PageHeader title={title} description={description} trail={trail} />
      {draft === null ? (
        <NoPlaces isTenant={access.organizationId !== null} mayAdd={mayRole(access.role, "registry.write")} />
      ) : topic === "workload" && !mayHaveSecrets ? (
        <Alert status="info" live="off" title={t("secretsNeeded")}>
          {t("secretsNeededHelp")}
        </Alert>
      ) : (
        <>
          <div className="space-y-2">
            <PlaceChooser places={places} placeId={draft.place.id} />
            <p className="text-compact text-muted">{t("known", { count: draft.imageCount })}</p>
            {draft.isCut && (
              <Alert status="warning" live="off">
                {t("knownCut")}
              </Alert>
            )}
            {draft.place.isPlainHttp && (
              <Alert status="warning" live="off" title={t("plainHttp", { host: draft.place.host })}>
                {t("plainHttpHelp", { topic })}
              </Alert>
            )}
          </div>
          {topic === "cse" && mayRole(access.role, "settings.read") && (
            <Alert status="info" live="off">
              {t.rich("cseSettings", {
                link: (chunks) => (
                  <Link href="/settings/server" className="link">
                    {chunks}
                  </Link>
                ),
              })}
            </Alert>
          )}
          <QueryProvider>
            {/* What was said for one destination is not said for another. */}
            <ConfigDesk
              key={`${topic} ${draft.place.id}`}
              topic={topic}
              draft={draft}
              mayHaveSecrets={mayHaveSecrets}
              mayAddCertificates={mayRole(access.role, "certificate.write")}
              mayPlan={mayRole(access.role, "job.start") && mayRole(access.role, "catalog.write")}
            />
          </QueryProvider>
        </>
      )}
    </>
  );
}
