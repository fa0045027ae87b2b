import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ConfigCheck } from "#components/config-check/config-check.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import { orNotFound, type PageSearch } from "#lib/routes/page-input.ts";
import { configPlaceQuery } from "#lib/schemas/cluster-config.ts";
import { choosePlace } from "#lib/services/cluster-config/index.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("configCheck");
  return { title: t("title") };
}

export default async function ConfigCheckPage({ searchParams }: { searchParams: PageSearch }) {
  const access = await authorizePage("cluster-config.read");
  const { destination } = configPlaceQuery.parse(await searchParams);
  const [{ places, placeId }, t] = await Promise.all([
    orNotFound(choosePlace(access, destination)),
    getTranslations("configCheck"),
  ]);
  return (
    <>
      <PageHeader title={t("title")} description={t("description")} />
      <ConfigCheck
        places={places}
        placeId={places.some(({ id }) => id === placeId) ? placeId : null}
        mayPlan={mayRole(access.role, "job.start") && mayRole(access.role, "catalog.write")}
      />
    </>
  );
}
