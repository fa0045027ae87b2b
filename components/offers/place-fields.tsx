import { useTranslations } from "next-intl";
import { formatPlace } from "#components/registries/format-place.ts";
import { Alert } from "#components/ui/alert.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { Radio } from "#components/ui/checkbox.tsx";
import { Code } from "#components/ui/code.tsx";
import { Field, FieldSet } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { OfferChoices, OfferDestinationChoice, OfferPlaceKind, OfferView } from "#lib/schemas/offers.ts";
import type { PlaceDraft } from "./offer-draft.ts";
import { PlaceNotes } from "./place-notes.tsx";

interface PlaceFieldsProps {
  view: OfferView;
  choices: OfferChoices;
  place: PlaceDraft;
  set: (change: Partial<PlaceDraft>) => void;
  fieldError: (field: string) => string | undefined;
}

/** Where what is offered goes: the shared destination, another one, or one that is made. */
export function PlaceFields({ view, choices, place, set, fieldError }: PlaceFieldsProps) {
  const t = useTranslations("offers.place");
  const isForAll = view.organization === null;
  const kinds: readonly OfferPlaceKind[] = isForAll ? ["existing", "new"] : ["shared", "existing", "new"];
  const { sharedPlace } = view;
  if (isForAll && choices.registries.length === 0) {
    return (
      <Alert
        status="warning"
        live="off"
        action={<ButtonLink href="/registries/new">{t("addRegistry")}</ButtonLink>}
      >
        {t("noRegistries")}
      </Alert>
    );
  }
  const sharedHelp =
    sharedPlace === null
      ? t("sharedNone")
      : t.rich("sharedNow", { path: () => <Code>{formatPlace(sharedPlace)}</Code> });
  return (
    <div className="space-y-5">
      <FieldSet legend={t(isForAll ? "legendForAll" : "legend")}>
        {kinds.map((kind) => (
          <Radio
            key={kind}
            name="place"
            value={kind}
            checked={place.kind === kind}
            label={t(kind)}
            {...(kind === "shared" && { help: sharedHelp })}
            onChange={() => set({ kind })}
          />
        ))}
      </FieldSet>
      {place.kind === "existing" && (
        <ExistingField
          destinations={choices.destinations}
          destinationId={place.destinationId}
          error={fieldError("place.destinationId")}
          onChange={(destinationId) => set({ destinationId })}
        />
      )}
      {place.kind === "new" && (
        <>
          <Field label={t("registry")} error={fieldError("place.registryId")} required>
            {(control) => (
              <Select
                {...control}
                value={place.registryId}
                placeholder={t("choose")}
                options={choices.registries.map(({ id, name, host, isOwn }) => ({
                  value: id,
                  label: isOwn ? t("ownRegistry", { name, path: host }) : `${name} (${host})`,
                }))}
                onChange={(event) => set({ registryId: event.target.value })}
              />
            )}
          </Field>
          <TextField
            label={t("basePath")}
            help={t("basePathHelp")}
            error={fieldError("place.basePath")}
            value={place.basePath}
            maxLength={200}
            verbatim
            className="font-mono"
            onChange={(event) => set({ basePath: event.target.value })}
          />
        </>
      )}
      <PlaceNotes place={findPlace(view, choices, place)} isForAll={isForAll} />
    </div>
  );
}

interface ExistingFieldProps {
  destinations: readonly OfferDestinationChoice[];
  destinationId: string;
  error: string | undefined;
  onChange: (destinationId: string) => void;
}

function ExistingField({ destinations, destinationId, error, onChange }: ExistingFieldProps) {
  const t = useTranslations("offers.place");
  if (destinations.length === 0) {
    return (
      <Alert status="info" live="off">
        {t("noDestinations")}
      </Alert>
    );
  }
  const nameOf = ({ takenBy, isOwn, registryName: name, ...destination }: OfferDestinationChoice) => {
    const path = formatPlace(destination);
    if (takenBy === null) return isOwn ? t("ownRegistry", { name, path }) : `${name} (${path})`;
    const { organization } = takenBy;
    return organization === null
      ? t("takenByAll", { name, path })
      : t("takenBy", { name, path, organization });
  };
  return (
    <Field label={t("destination")} error={error} required>
      {(control) => (
        <Select
          {...control}
          value={destinationId}
          placeholder={t("choose")}
          options={destinations.map((destination) => ({
            value: destination.id,
            label: nameOf(destination),
            disabled: destination.takenBy !== null,
          }))}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

/** What is chosen so far; null while it is not known. */
function findPlace(
  { sharedPlace }: OfferView,
  { destinations, registries }: OfferChoices,
  { kind, destinationId, registryId, basePath }: PlaceDraft,
): { host: string; basePath: string } | null {
  if (kind === "shared") return sharedPlace;
  if (kind === "existing") return destinations.find(({ id }) => id === destinationId) ?? null;
  const registry = registries.find(({ id }) => id === registryId);
  return registry ? { host: registry.host, basePath: basePath.trim() } : null;
}
