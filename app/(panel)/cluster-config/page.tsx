import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { NoPlaces } from "#components/cluster-config/no-places.tsx";
import { PlaceChooser } from "#components/cluster-config/place-chooser.tsx";
import { TopicList } from "#components/cluster-config/topic-list.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import { orNotFound, type PageSearch } from "#lib/routes/page-input.ts";
import { configPlaceQuery } from "#lib/schemas/cluster-config.ts";
import { choosePlace } from "#lib/services/cluster-config/index.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("clusterConfig");
  return { title: t("title") };
}

export default async function ClusterConfigPage({ searchParams }: { searchParams: PageSearch }) {
  const access = await authorizePage("cluster-config.read");
  const { destination } = configPlaceQuery.parse(await searchParams);
  const [{ places, placeId }, t] = await Promise.all([
    orNotFound(choosePlace(access, destination)),
    getTranslations("clusterConfig"),
  ]);
  return (
    <>
      <PageHeader title={t("title")} description={t("description")} />
      {placeId === null ? (
        <NoPlaces isTenant={access.organizationId !== null} mayAdd={mayRole(access.role, "registry.write")} />
      ) : (
        <>
          <PlaceChooser places={places} placeId={placeId} />
          <TopicList placeId={placeId} />
        </>
      )}
    </>
  );
}
