import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { FindForm } from "#components/find-release/find-form.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { listRegistryChoices } from "#lib/services/registries/index.ts";
import { listGettingStartedChoices } from "#lib/services/releases/index.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("catalog.find");
  return { title: t("title") };
}

export default async function FindReleasePage() {
  const access = await authorizePage("catalog.write");
  const registryAccess = await authorizePage("registry.read");
  const [choices, registries, t, tCatalog, tCommon] = await Promise.all([
    listGettingStartedChoices(access),
    listRegistryChoices(registryAccess),
    getTranslations("catalog.find"),
    getTranslations("catalog"),
    getTranslations("common"),
  ]);
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("description")}
        trail={[{ href: "/catalog", label: tCatalog("title") }]}
      />
      <FindForm
        choices={choices}
        // Only those that the job may use: an organization's own are for its jobs.
        registries={registries.filter(({ organizationId }) => organizationId === null)}
        today={new Date().toISOString().slice(0, 10)}
        cancel={<ButtonLink href="/catalog">{tCommon("cancel")}</ButtonLink>}
      />
    </>
  );
}
