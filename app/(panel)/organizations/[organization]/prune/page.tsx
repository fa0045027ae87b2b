import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { PrunePreview } from "#components/pruning/prune-preview.tsx";
import { StartPrune } from "#components/pruning/start-prune.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import { orNotFound, pageParams, type PageSearch } from "#lib/routes/page-input.ts";
import { organizationParams } from "#lib/schemas/organizations.ts";
import { prunePreviewQuery } from "#lib/schemas/pruning.ts";
import { getOrganization } from "#lib/services/organizations.ts";
import { previewPrune } from "#lib/services/pruning/index.ts";

interface PrunePageProps {
  params: Promise<unknown>;
  searchParams: PageSearch;
}

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("pruning");
  return { title: t("title") };
}

/** What an organization has published and selects no longer. */
export default async function OrganizationPrunePage({ params, searchParams }: PrunePageProps) {
  const access = await authorizePage("selection.read");
  const organizationAccess = await authorizePage("organization.read");
  const { organization: name } = await pageParams(params, organizationParams);
  const { id, displayName } = await orNotFound(getOrganization(organizationAccess, name));
  const query = prunePreviewQuery.parse(await searchParams);
  const [preview, t, tOrganizations, tPublishing] = await Promise.all([
    orNotFound(previewPrune(access, id, query)),
    getTranslations("pruning"),
    getTranslations("organizations"),
    getTranslations("publishing"),
  ]);
  const { destinationId } = preview;
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("description")}
        trail={[
          { href: "/organizations", label: tOrganizations("title") },
          { href: `/organizations/${name}`, label: displayName },
          { href: `/organizations/${name}/publish`, label: tPublishing("title") },
        ]}
        actions={
          destinationId !== null &&
          mayRole(access.role, "prune.start") && (
            <StartPrune organizationId={id} destinationId={destinationId} />
          )
        }
      />
      <PrunePreview
        path={`/organizations/${name}/prune`}
        preview={preview}
        query={query}
        isProvider={false}
      />
    </>
  );
}
