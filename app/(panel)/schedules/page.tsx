import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { SchedulesGrid } from "#components/schedules/schedules-grid.tsx";
import { NewLink } from "#components/ui/new-link.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import type { PageSearch } from "#lib/routes/page-input.ts";
import { schedulesQuery } from "#lib/schemas/schedules.ts";
import { listOrganizationChoices } from "#lib/services/organizations.ts";
import { listSchedules } from "#lib/services/schedules/index.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("schedules");
  return { title: t("title") };
}

export default async function SchedulesPage({ searchParams }: { searchParams: PageSearch }) {
  const access = await authorizePage("schedule.read");
  const query = schedulesQuery.parse(await searchParams);
  const [page, organizations, t] = await Promise.all([
    listSchedules(access, query),
    listOrganizationChoices(await authorizePage("organization.read"), { enabledOnly: false }),
    getTranslations("schedules"),
  ]);
  const mayWrite = mayRole(access.role, "schedule.write");
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("description")}
        actions={mayWrite && <NewLink href="/schedules/new">{t("new")}</NewLink>}
      />
      <SchedulesGrid
        page={page}
        query={query}
        mayWrite={mayWrite}
        organizations={access.organizationId === null ? organizations : null}
      />
    </>
  );
}
