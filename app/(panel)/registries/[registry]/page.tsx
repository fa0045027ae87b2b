import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ConnectionCard } from "#components/registries/connection-card.tsx";
import { DestinationsCard } from "#components/registries/destinations-card.tsx";
import { HealthLabel } from "#components/registries/health-label.tsx";
import { RegistryActions } from "#components/registries/registry-actions.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { authorizePage } from "#lib/auth/authorize.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import { orNotFound, pageParams } from "#lib/routes/page-input.ts";
import { registryParams } from "#lib/schemas/registries.ts";
import { getRegistry } from "#lib/services/registries/index.ts";

interface RegistryPageProps {
  params: Promise<unknown>;
}

export async function generateMetadata({ params }: RegistryPageProps): Promise<Metadata> {
  const access = await authorizePage("registry.read");
  const { registry: id } = await pageParams(params, registryParams);
  return { title: (await orNotFound(getRegistry(access, id))).name };
}

export default async function RegistryPage({ params }: RegistryPageProps) {
  const access = await authorizePage("registry.read");
  const { registry: id } = await pageParams(params, registryParams);
  const registry = await orNotFound(getRegistry(access, id));
  const t = await getTranslations("registries");
  const mayWrite = mayRole(access.role, "registry.write");
  return (
    <>
      <PageHeader
        title={registry.name}
        {...(registry.description !== "" && { description: registry.description })}
        trail={[{ href: "/registries", label: t("title") }]}
        aside={<HealthLabel state={registry.health.state} latencyMs={registry.health.latencyMs} />}
        actions={mayWrite && <RegistryActions id={id} name={registry.name} />}
      />
      <ConnectionCard registry={registry} />
      <DestinationsCard registry={registry} mayWrite={mayWrite} />
    </>
  );
}
