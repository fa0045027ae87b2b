import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { QueryProvider } from "#components/query/query-provider.tsx";
import { StartJobWizard } from "#components/start-job/start-job-wizard.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import type { PageSearch } from "#lib/routes/page-input.ts";
import { listOrganizationChoices } from "#lib/services/organizations.ts";
import { listRegistryChoices } from "#lib/services/registries/index.ts";
import { listReleaseChoices } from "#lib/services/releases/index.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("jobs.new");
  return { title: t("title") };
}

export default async function NewJobPage({ searchParams }: { searchParams: PageSearch }) {
  await authorizePage("job.start");
  const [catalog, registry, organization] = await Promise.all([
    authorizePage("catalog.read"),
    authorizePage("registry.read"),
    authorizePage("organization.read"),
  ]);
  const [releases, registries, organizations, { release }, t] = await Promise.all([
    listReleaseChoices(catalog),
    listRegistryChoices(registry),
    listOrganizationChoices(organization, { enabledOnly: true }),
    searchParams,
    getTranslations("jobs"),
  ]);
  const chosen = releases.find(({ id }) => id === release);
  return (
    <>
      <PageHeader title={t("new.title")} trail={[{ href: "/jobs", label: t("title") }]} />
      <QueryProvider>
        <StartJobWizard
          releases={releases}
          registries={registries}
          organizations={organizations}
          releaseId={chosen?.id ?? null}
        />
      </QueryProvider>
    </>
  );
}
