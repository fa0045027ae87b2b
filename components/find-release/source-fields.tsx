"use client";

import { useTranslations } from "next-intl";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { defaultSources } from "#lib/schemas/releases.ts";
import type { RegistryChoice } from "#lib/schemas/registries.ts";
import type { DraftFields } from "./draft-fields.ts";
import { sourceAt } from "./find-draft.ts";

interface SourceFieldsProps extends DraftFields {
  registries: readonly RegistryChoice[];
}

/** Where the release is looked for. */
export function SourceFields({ fields, set, fieldError, registries }: SourceFieldsProps) {
  const t = useTranslations("catalog.find");
  const [vendor = ""] = defaultSources[fields.kind].split("/");
  return (
    <div className="space-y-5">
      <Field label={t("standIn")} help={t("standInHelp")} required>
        {(control) => (
          <Select
            {...control}
            value={fields.standIn}
            placeholder={t("vendor", { host: vendor })}
            options={listPlaces(registries)}
            onChange={(event) => {
              const standIn = event.target.value;
              set({ standIn, source: sourceAt(fields.kind, standIn) });
            }}
          />
        )}
      </Field>
      <TextField
        label={t("source")}
        help={t("sourceHelp", { example: defaultSources[fields.kind] })}
        error={fieldError("source")}
        required
        verbatim
        className="font-mono"
        value={fields.source}
        onChange={(event) => set({ source: event.target.value })}
      />
    </div>
  );
}

/** Registries, and the base paths at them that images were brought to; what two of them share is offered once. */
function listPlaces(registries: readonly RegistryChoice[]) {
  const places = registries.flatMap(({ name, host, destinations }) =>
    ["", ...destinations.map(({ basePath }) => basePath)].map((path) => {
      const value = path === "" ? host : `${host}/${path}`;
      return { value, label: `${name} (${value})` };
    }),
  );
  return [...new Map(places.map((place) => [place.value, place])).values()];
}
