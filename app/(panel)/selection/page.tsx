import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { notFound, redirect } from "next/navigation";
import { SelectionStatesGrid } from "#components/selections/selection-states-grid.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import type { PageSearch } from "#lib/routes/page-input.ts";
import { selectionStateQuery } from "#lib/schemas/selections.ts";
import { listSelectionStates } from "#lib/services/selections/index.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("selections");
  return { title: t("title") };
}

/** Where the navigation leads: a tenant to its own selection, everybody else to a list of all. */
export default async function SelectionStatesPage({ searchParams }: { searchParams: PageSearch }) {
  const access = await authorizePage("selection.read");
  if (access.organizationId !== null) {
    const { rows } = await listSelectionStates(access, selectionStateQuery.parse({}));
    const [own] = rows;
    if (!own) return notFound();
    return redirect(`/organizations/${own.name}/selection`);
  }
  const query = selectionStateQuery.parse(await searchParams);
  const [page, t] = await Promise.all([listSelectionStates(access, query), getTranslations("selections")]);
  return (
    <>
      <PageHeader title={t("title")} description={t("allOrganizations.description")} />
      <SelectionStatesGrid page={page} query={query} />
    </>
  );
}
