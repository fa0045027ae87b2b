import type { Metadata } from "next";
import { getTimeZone, getTranslations } from "next-intl/server";
import { AuditGrid } from "#components/audit/audit-grid.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { dayStart } from "#lib/i18n/day-start.ts";
import type { PageSearch } from "#lib/routes/page-input.ts";
import { auditQuery } from "#lib/schemas/audit.ts";
import { listAuditEntries } from "#lib/services/audit.ts";
import { listOrganizationChoices } from "#lib/services/organizations.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("audit");
  return { title: t("title") };
}

export default async function AuditPage({ searchParams }: { searchParams: PageSearch }) {
  const access = await authorizePage("audit.read");
  const query = auditQuery.parse(await searchParams);
  const timeZone = await getTimeZone();
  const period = {
    since: query.from === "" ? null : dayStart(query.from, timeZone),
    until: query.to === "" ? null : dayStart(query.to, timeZone, 1),
  };
  const [page, organizations, t] = await Promise.all([
    listAuditEntries(access, query, period),
    listOrganizationChoices(await authorizePage("organization.read"), { enabledOnly: false }),
    getTranslations("audit"),
  ]);
  return (
    <>
      <PageHeader title={t("title")} description={t("intro")} />
      <AuditGrid page={page} query={query} organizations={organizations} />
    </>
  );
}
