import { useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import type { RegistryChoice } from "#lib/schemas/registries.ts";

interface OrganizationFieldProps {
  organizations: readonly { id: string; displayName: string }[];
  organizationId: string | null;
  onChange: (organizationId: string | null) => void;
  error: string | undefined;
}

/** For whom a job is. */
export function OrganizationField({
  organizations,
  organizationId,
  onChange,
  error,
}: OrganizationFieldProps) {
  const t = useTranslations("jobs.new");
  const tCommon = useTranslations("common");
  return (
    <Field label={t("organization")} help={t("organizationHelp")} error={error} required>
      {(control) => (
        <Select
          {...control}
          value={organizationId ?? ""}
          placeholder={tCommon("provider")}
          options={organizations.map(({ id, displayName }) => ({ value: id, label: displayName }))}
          onChange={({ target }) => onChange(target.value === "" ? null : target.value)}
        />
      )}
    </Field>
  );
}

/** A destination with the registry that it is in. */
export interface DestinationChoice {
  id: string;
  basePath: string;
  registry: RegistryChoice;
}

export function listDestinations(registries: readonly RegistryChoice[]): DestinationChoice[] {
  return registries.flatMap((registry) =>
    registry.destinations.map(({ id, basePath }) => ({ id, basePath, registry })),
  );
}

interface DestinationFieldProps {
  destinations: readonly DestinationChoice[];
  destinationId: string;
  onChange: (destinationId: string) => void;
  error: string | undefined;
}

/** Where images go. */
export function DestinationField({ destinations, destinationId, onChange, error }: DestinationFieldProps) {
  const t = useTranslations("jobs.new");
  if (destinations.length === 0) {
    return (
      <Alert status="warning" action={<ButtonLink href="/registries">{t("addDestination")}</ButtonLink>}>
        {t("noDestinations")}
      </Alert>
    );
  }
  return (
    <Field label={t("destination")} help={t("destinationHelp")} error={error} required>
      {(control) => (
        <Select
          {...control}
          value={destinationId}
          placeholder={t("choose")}
          options={destinations.map(({ id, basePath, registry: { name, host } }) => ({
            value: id,
            label: `${name} (${basePath === "" ? host : `${host}/${basePath}`})`,
          }))}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
