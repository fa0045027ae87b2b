import { useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { RegistryChoice } from "#lib/schemas/registries.ts";

/** Where images are read. */
export interface Source {
  sourceRegistryId: string;
  sourceBasePath: string;
}

interface SourceFieldsProps {
  registries: readonly RegistryChoice[];
  source: Source;
  onChange: (change: Partial<Source>) => void;
  fieldError: (field: string) => string | undefined;
}

/** The registry to read, and the path under which it has the images. */
export function SourceFields({ registries, source, onChange, fieldError }: SourceFieldsProps) {
  const t = useTranslations("jobs.new");
  return (
    <>
      {registries.length === 0 ? (
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
              value={source.sourceRegistryId}
              placeholder={t("choose")}
              options={registries.map(({ id, name, host }) => ({ value: id, label: `${name} (${host})` }))}
              onChange={(event) => onChange({ sourceRegistryId: event.target.value })}
            />
          )}
        </Field>
      )}
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
    </>
  );
}
