"use client";

import type { RegistryChoice } from "#lib/schemas/registries.ts";
import { DestinationField, listDestinations, OrganizationField } from "./destination-fields.tsx";
import { type Source, SourceFields } from "./source-fields.tsx";
import { UnhealthyRegistries } from "./unhealthy-registries.tsx";
import { usableRegistries } from "./usable-registries.ts";

export interface Places extends Source {
  organizationId: string | null;
  destinationId: string;
}

interface PlacesStepProps {
  registries: readonly RegistryChoice[];
  organizations: readonly { id: string; displayName: string }[];
  places: Places;
  onChange: (change: Partial<Places>) => void;
  fieldError: (field: string) => string | undefined;
}

/** Where images are read and where they go. */
export function PlacesStep({ registries, organizations, places, onChange, fieldError }: PlacesStepProps) {
  const usable = usableRegistries(registries, places.organizationId);
  const destinations = listDestinations(usable);
  const source = usable.find(({ id }) => id === places.sourceRegistryId);
  const target = destinations.find(({ id }) => id === places.destinationId)?.registry;
  return (
    <div className="space-y-5">
      <OrganizationField
        organizations={organizations}
        organizationId={places.organizationId}
        error={fieldError("organizationId")}
        onChange={(organizationId) => onChange({ organizationId })}
      />
      <SourceFields registries={usable} source={places} onChange={onChange} fieldError={fieldError} />
      <DestinationField
        destinations={destinations}
        destinationId={places.destinationId}
        error={fieldError("destinationId")}
        onChange={(destinationId) => onChange({ destinationId })}
      />
      <UnhealthyRegistries registries={[source, target]} />
    </div>
  );
}
