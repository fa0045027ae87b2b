import { useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import type { RegistryChoice } from "#lib/schemas/registries.ts";

/** Warns of registries that did not answer when they were last asked. */
export function UnhealthyRegistries({ registries }: { registries: readonly (RegistryChoice | undefined)[] }) {
  const t = useTranslations("jobs.new");
  return [...new Set(registries)].map(
    (registry) =>
      registry?.health === "unhealthy" && (
        <Alert key={registry.id} status="warning">
          {t("unhealthy", { name: registry.name })}
        </Alert>
      ),
  );
}
