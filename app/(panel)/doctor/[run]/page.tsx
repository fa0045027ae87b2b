import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { LiveDoctorRun } from "#components/doctor/live-doctor-run.tsx";
import { QueryProvider } from "#components/query/query-provider.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import { orNotFound, pageParams } from "#lib/routes/page-input.ts";
import { doctorRunParams, formatAddress } from "#lib/schemas/doctor.ts";
import { getDoctorRun } from "#lib/services/doctor/index.ts";

interface DoctorRunPageProps {
  params: Promise<unknown>;
}

export async function generateMetadata({ params }: DoctorRunPageProps): Promise<Metadata> {
  const access = await authorizePage("doctor.read");
  const { run: id } = await pageParams(params, doctorRunParams);
  const [run, t] = await Promise.all([orNotFound(getDoctorRun(access, id)), getTranslations("doctor")]);
  return { title: t("runTitle", { address: formatAddress(run) }) };
}

export default async function DoctorRunPage({ params }: DoctorRunPageProps) {
  const access = await authorizePage("doctor.read");
  const { run: id } = await pageParams(params, doctorRunParams);
  const run = await orNotFound(getDoctorRun(access, id));
  return (
    <QueryProvider>
      <LiveDoctorRun run={run} mayRun={mayRole(access.role, "doctor.run")} />
    </QueryProvider>
  );
}
