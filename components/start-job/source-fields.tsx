import { useTranslations } from "next-intl";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { RegistryChoice } from "#lib/schemas/registries.ts";

/** Where images are read. */
export interface Source {
  /** Null for each image's own; empty while none is chosen. */
  sourceRegistryId: string | null;
  sourceBasePath: string;
}

interface SourceFieldsProps {
  registries: readonly RegistryChoice[];
  source: Source;
  onChange: (change: Partial<Source>) => void;
  fieldError: (field: string) => string | undefined;
}

/** Stands for each image's own registry among the ids of others. */
const ownRegistries = "own";

/** The registry to read, and the path under which it has the images. */
export function SourceFields({ registries, source, onChange, fieldError }: SourceFieldsProps) {
  const t = useTranslations("jobs.new");
  return (
    <>
      <Field
        label={t("sourceRegistry")}
        help={t(source.sourceRegistryId === null ? "ownRegistriesHelp" : "sourceRegistryHelp")}
        error={fieldError("sourceRegistryId")}
        required
      >
        {(control) => (
          <Select
            {...control}
            value={source.sourceRegistryId ?? ownRegistries}
            placeholder={t("choose")}
            options={[
              { value: ownRegistries, label: t("ownRegistries") },
              ...registries.map(({ id, name, host }) => ({ value: id, label: `${name} (${host})` })),
            ]}
            onChange={({ target: { value } }) =>
              onChange(
                value === ownRegistries
                  ? { sourceRegistryId: null, sourceBasePath: "" }
                  : { sourceRegistryId: value },
              )
            }
          />
        )}
      </Field>
      {source.sourceRegistryId !== null && (
        <TextField
          label={t("sourceBasePath")}
          help={t("sourceBasePathHelp")}
          error={fieldError("sourceBasePath")}
          value={source.sourceBasePath}
          maxLength={200}
          verbatim
          autoComplete="off"
          className="font-mono"
          onChange={(event) => onChange({ sourceBasePath: event.target.value })}
        />
      )}
    </>
  );
}
