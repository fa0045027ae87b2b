import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { DoctorDesk } from "#components/doctor/doctor-desk.tsx";
import { DoctorRunsGrid } from "#components/doctor/doctor-runs-grid.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import type { PageSearch } from "#lib/routes/page-input.ts";
import { doctorPageQuery, doctorRunsQuery, formatAddress } from "#lib/schemas/doctor.ts";
import type { RegistryChoice } from "#lib/schemas/registries.ts";
import { listDoctorRuns } from "#lib/services/doctor/index.ts";
import { listRegistryChoices } from "#lib/services/registries/index.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("doctor");
  return { title: t("title") };
}

export default async function DoctorPage({ searchParams }: { searchParams: PageSearch }) {
  const access = await authorizePage("doctor.read");
  const search = await searchParams;
  const query = doctorRunsQuery.parse(search);
  const wanted = doctorPageQuery.parse(search);
  const mayRun = mayRole(access.role, "doctor.run");
  const [page, registries, t] = await Promise.all([
    listDoctorRuns(access, query),
    mayRun ? listRegistryChoices(await authorizePage("registry.read")) : [],
    getTranslations("doctor"),
  ]);
  const targets = registries.flatMap(listTargets);
  const target = targets.find(({ registryId }) => registryId === wanted.registry);
  return (
    <>
      <PageHeader title={t("title")} description={t("description")} />
      <DoctorDesk
        targets={targets}
        mayRun={mayRun}
        initial={{
          registryId: target?.registryId ?? null,
          address: target?.address ?? wanted.address,
        }}
      />
      <section className="space-y-3">
        <h2 className="text-base font-semibold">{t("runs")}</h2>
        <p className="text-compact text-muted">{t("runsHelp")}</p>
        <DoctorRunsGrid page={page} query={query} mayRun={mayRun} />
      </section>
    </>
  );
}

/** The places of a registry; itself where there are none. */
function listTargets({ id, name, host, destinations }: RegistryChoice) {
  const paths = destinations.length === 0 ? [""] : destinations.map(({ basePath }) => basePath);
  return paths.map((basePath) => {
    const address = formatAddress({ host, basePath });
    return { registryId: id, address, label: `${name} (${address})` };
  });
}
