import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { RegistryForm } from "#components/registries/registry-form.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { orNotFound, pageParams } from "#lib/routes/page-input.ts";
import { registryParams } from "#lib/schemas/registries.ts";
import { formatMebibytes } from "#lib/schemas/registry-extras.ts";
import { listOrganizationChoices } from "#lib/services/organizations.ts";
import { getRegistry } from "#lib/services/registries/index.ts";

interface EditRegistryPageProps {
  params: Promise<unknown>;
}

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("registries");
  return { title: t("edit") };
}

export default async function EditRegistryPage({ params }: EditRegistryPageProps) {
  await authorizePage("registry.write");
  const access = await authorizePage("registry.read");
  const { registry: id } = await pageParams(params, registryParams);
  const registry = await orNotFound(getRegistry(access, id));
  const [organizations, t, tCommon] = await Promise.all([
    listOrganizationChoices(await authorizePage("organization.read"), { enabledOnly: false }),
    getTranslations("registries"),
    getTranslations("common"),
  ]);
  const { name, host, tlsMode, caPem, username, description, organization } = registry;
  return (
    <>
      <PageHeader
        title={t("editTitle", { name })}
        trail={[
          { href: "/registries", label: t("title") },
          { href: `/registries/${id}`, label: name },
        ]}
      />
      <RegistryForm
        id={id}
        stored={{
          password: registry.hasPassword,
          clientKey: registry.hasClientKey,
          proxyPassword: registry.hasProxyPassword,
        }}
        organizations={organizations}
        initial={{
          name,
          host,
          tlsMode,
          caPem,
          username,
          password: "",
          clientCertPem: registry.clientCertPem,
          clientKeyPem: "",
          proxyUrl: registry.proxyUrl,
          proxyUsername: registry.proxyUsername,
          proxyPassword: "",
          noProxy: registry.noProxy.join(", "),
          requestsPerSecond: registry.requestsPerSecond === null ? "" : String(registry.requestsPerSecond),
          bytesPerSecond: formatMebibytes(registry.bytesPerSecond),
          description,
          organizationId: organization?.id ?? null,
        }}
        cancel={<ButtonLink href={`/registries/${id}`}>{tCommon("cancel")}</ButtonLink>}
      />
    </>
  );
}
