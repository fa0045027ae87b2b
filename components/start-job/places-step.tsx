"use client";

import { useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { RegistryChoice } from "#lib/schemas/registries.ts";

export interface Places {
  organizationId: string | null;
  sourceRegistryId: string;
  sourceBasePath: string;
  destinationId: string;
}

interface PlacesStepProps {
  registries: readonly RegistryChoice[];
  organizations: readonly { id: string; displayName: string }[];
  places: Places;
  onChange: (change: Partial<Places>) => void;
  fieldError: (field: string) => string | undefined;
}

/** The provider's registries serve every job; an organization's own serve its jobs alone. */
export function usableRegistries(
  registries: readonly RegistryChoice[],
  organizationId: string | null,
): RegistryChoice[] {
  return registries.filter((one) => one.organizationId === null || one.organizationId === organizationId);
}

/** Where images are read and where they go. */
export function PlacesStep({ registries, organizations, places, onChange, fieldError }: PlacesStepProps) {
  const t = useTranslations("jobs.new");
  const tCommon = useTranslations("common");
  const usable = usableRegistries(registries, places.organizationId);
  const destinations = usable.flatMap((registry) =>
    registry.destinations.map(({ id, basePath }) => ({
      id,
      registry,
      label: `${registry.name} (${basePath === "" ? registry.host : `${registry.host}/${basePath}`})`,
    })),
  );
  const source = usable.find(({ id }) => id === places.sourceRegistryId);
  const target = destinations.find(({ id }) => id === places.destinationId)?.registry;
  const unhealthy = [...new Set([source, target])].filter((registry) => registry?.health === "unhealthy");
  return (
    <div className="space-y-5">
      <Field
        label={t("organization")}
        help={t("organizationHelp")}
        error={fieldError("organizationId")}
        required
      >
        {(control) => (
          <Select
            {...control}
            value={places.organizationId ?? ""}
            placeholder={tCommon("provider")}
            options={organizations.map(({ id, displayName }) => ({ value: id, label: displayName }))}
            onChange={(event) =>
              onChange({ organizationId: event.target.value === "" ? null : event.target.value })
            }
          />
        )}
      </Field>
      {usable.length === 0 ? (
        <Alert status="warning" action={<ButtonLink href="/registries/new">{t("addRegistry")}</ButtonLink>}>
          {t("noRegistries")}
        </Alert>
      ) : (
        <Field
          label={t("sourceRegistry")}
          help={t("sourceRegistryHelp")}
          error={fieldError("sourceRegistryId")}
          required
        >
          {(control) => (
            <Select
              {...control}
              value={places.sourceRegistryId}
              placeholder={t("choose")}
              options={usable.map(({ id, name, host }) => ({ value: id, label: `${name} (${host})` }))}
              onChange={(event) => onChange({ sourceRegistryId: event.target.value })}
            />
          )}
        </Field>
      )}
      <TextField
        label={t("sourceBasePath")}
        help={t("sourceBasePathHelp")}
        error={fieldError("sourceBasePath")}
        value={places.sourceBasePath}
        maxLength={200}
        verbatim
        autoComplete="off"
        className="font-mono"
        onChange={(event) => onChange({ sourceBasePath: event.target.value })}
      />
      {destinations.length === 0 ? (
        <Alert status="warning" action={<ButtonLink href="/registries">{t("addDestination")}</ButtonLink>}>
          {t("noDestinations")}
        </Alert>
      ) : (
        <Field
          label={t("destination")}
          help={t("destinationHelp")}
          error={fieldError("destinationId")}
          required
        >
          {(control) => (
            <Select
              {...control}
              value={places.destinationId}
              placeholder={t("choose")}
              options={destinations.map(({ id, label }) => ({ value: id, label }))}
              onChange={(event) => onChange({ destinationId: event.target.value })}
            />
          )}
        </Field>
      )}
      {unhealthy.map(
        (registry) =>
          registry && (
            <Alert key={registry.id} status="warning">
              {t("unhealthy", { name: registry.name })}
            </Alert>
          ),
      )}
    </div>
  );
}
