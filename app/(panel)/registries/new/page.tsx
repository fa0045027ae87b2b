import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { RegistryForm } from "#components/registries/registry-form.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { listOrganizationChoices } from "#lib/services/organizations.ts";

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations("registries");
  return { title: t("addTitle") };
}

export default async function NewRegistryPage() {
  await authorizePage("registry.write");
  const access = await authorizePage("organization.read");
  const [organizations, t, tCommon] = await Promise.all([
    listOrganizationChoices(access, { enabledOnly: true }),
    getTranslations("registries"),
    getTranslations("common"),
  ]);
  return (
    <>
      <PageHeader title={t("addTitle")} trail={[{ href: "/registries", label: t("title") }]} />
      <RegistryForm
        id={null}
        stored={{ password: false, clientKey: false, proxyPassword: false }}
        organizations={organizations}
        initial={{
          name: "",
          host: "",
          tlsMode: "verify",
          caPem: "",
          username: "",
          password: "",
          clientCertPem: "",
          clientKeyPem: "",
          proxyUrl: "",
          proxyUsername: "",
          proxyPassword: "",
          noProxy: "",
          requestsPerSecond: "",
          bytesPerSecond: "",
          description: "",
          organizationId: null,
        }}
        cancel={<ButtonLink href="/registries">{tCommon("cancel")}</ButtonLink>}
      />
    </>
  );
}
