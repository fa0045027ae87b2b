import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ReleaseKindLabel } from "#components/catalog/release-kind.tsx";
import { RevisionsCard } from "#components/selections/revisions-card.tsx";
import { SelectionEditor } from "#components/selections/selection-editor.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import { orNotFound, pageParams, type PageSearch } from "#lib/routes/page-input.ts";
import { revisionListQuery, selectionParams } from "#lib/schemas/selections.ts";
import { getSelection, listRevisions } from "#lib/services/selections/index.ts";

interface SelectionEditorPageProps {
  params: Promise<unknown>;
  searchParams: PageSearch;
}

export async function generateMetadata({ params }: SelectionEditorPageProps): Promise<Metadata> {
  const { organization: name } = await pageParams(params, selectionParams);
  const t = await getTranslations("selections");
  return { title: t("titleOf", { name }) };
}

export default async function SelectionEditorPage({ params, searchParams }: SelectionEditorPageProps) {
  const access = await authorizePage("selection.read");
  const place = await pageParams(params, selectionParams);
  const query = revisionListQuery.parse({ pageSize: 10, ...(await searchParams) });
  const [selection, revisions, t, tOrganizations] = await Promise.all([
    orNotFound(getSelection(access, place)),
    orNotFound(listRevisions(access, place, query)),
    getTranslations("selections"),
    getTranslations("organizations"),
  ]);
  const { organization, release } = selection;
  const path = `/organizations/${organization.name}`;
  const mayWrite = mayRole(access.role, "selection.write");
  return (
    <>
      <PageHeader
        title={`${release.name} ${release.version}`}
        aside={<ReleaseKindLabel kind={release.kind} />}
        description={t("releaseDescription", { organization: organization.displayName })}
        trail={[
          { href: "/organizations", label: tOrganizations("title") },
          { href: path, label: organization.displayName },
          { href: `${path}/selection`, label: t("title") },
        ]}
        actions={<ButtonLink href={`${path}/publish`}>{t("publish")}</ButtonLink>}
      />
      <SelectionEditor selection={selection} mayWrite={mayWrite} />
      <RevisionsCard
        page={revisions}
        query={query}
        selection={selection}
        isOutsider={access.organizationId === null}
        mayWrite={mayWrite}
      />
    </>
  );
}
