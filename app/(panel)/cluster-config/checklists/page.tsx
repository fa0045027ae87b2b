import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ChecklistCard } from "#components/checklists/checklist-card.tsx";
import { OwnerChooser } from "#components/checklists/owner-chooser.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage, viewer } from "#lib/auth/authorize.ts";
import { orNotFound, type PageSearch } from "#lib/routes/page-input.ts";
import { checklistsQuery } from "#lib/schemas/checklists.ts";
import { readChecklists } from "#lib/services/checklists/index.ts";
import { listOrganizationChoices } from "#lib/services/organizations.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("checklists");
  return { title: t("title") };
}

/** A tenant sees its own lists; everybody else the provider's, or those of an organization that they choose. */
export default async function ChecklistsPage({ searchParams }: { searchParams: PageSearch }) {
  const access = await authorizePage("checklist.read");
  const organizations = await authorizePage("organization.read");
  const query = checklistsQuery.parse(await searchParams);
  const [{ organization, checklists }, choices, { permissions }, t] = await Promise.all([
    orNotFound(readChecklists(access, query.organization ?? access.organizationId)),
    access.organizationId === null ? listOrganizationChoices(organizations, { enabledOnly: false }) : [],
    viewer(),
    getTranslations("checklists"),
  ]);
  const organizationId = organization?.id ?? null;
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("description")}
        actions={
          choices.length > 0 && (
            <OwnerChooser
              path="/cluster-config/checklists"
              organizations={choices}
              organizationId={organizationId}
            />
          )
        }
      />
      {checklists.map((checklist) => (
        <ChecklistCard
          // What was typed or refused in one organization's list is nothing of another's.
          key={`${organizationId ?? ""} ${checklist.environment}`}
          organizationId={organizationId}
          checklist={checklist}
          permissions={permissions}
        />
      ))}
    </>
  );
}
