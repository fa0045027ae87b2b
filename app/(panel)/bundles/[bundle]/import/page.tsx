import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ImportForm } from "#components/import-bundle/import-form.tsx";
import { QueryProvider } from "#components/query/query-provider.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import { orNotFound, pageParams } from "#lib/routes/page-input.ts";
import { bundleImagesQuery, bundleParams } from "#lib/schemas/bundles.ts";
import { getBundle, listBundleImages } from "#lib/services/bundles/index.ts";
import { listOrganizationChoices } from "#lib/services/organizations.ts";
import { listRegistryChoices } from "#lib/services/registries/index.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("bundles.imports");
  return { title: t("title") };
}

export default async function ImportBundlePage({ params }: { params: Promise<unknown> }) {
  await authorizePage("job.start");
  const [access, registry, organization] = await Promise.all([
    authorizePage("bundle.read"),
    authorizePage("registry.read"),
    authorizePage("organization.read"),
  ]);
  const { bundle: id } = await pageParams(params, bundleParams);
  const [bundle, images, registries, organizations, t] = await Promise.all([
    orNotFound(getBundle(access, id)),
    orNotFound(listBundleImages(access, id, bundleImagesQuery.parse({}))),
    listRegistryChoices(registry),
    listOrganizationChoices(organization, { enabledOnly: true }),
    getTranslations("bundles"),
  ]);
  return (
    <>
      <PageHeader
        title={t("imports.title")}
        trail={[
          { href: "/bundles", label: t("title") },
          { href: `/bundles/${id}`, label: bundle.name },
        ]}
      />
      <QueryProvider>
        <ImportForm
          bundle={bundle}
          images={images}
          registries={registries}
          organizations={organizations}
          mayTrust={mayRole(access.role, "bundle.write")}
        />
      </QueryProvider>
    </>
  );
}
