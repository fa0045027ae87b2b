import { useTranslations } from "next-intl";
import { StoreField } from "#components/bundles/store-field.tsx";
import { type Source, SourceFields } from "#components/start-job/source-fields.tsx";
import { UnhealthyRegistries } from "#components/start-job/unhealthy-registries.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { RegistryChoice } from "#lib/schemas/registries.ts";
import type { StoreView } from "#lib/services/bundles/bundle-views.ts";

/** Where images are read, and the bundle that they go to. */
export interface BundlePlaces extends Source {
  storeId: string;
  name: string;
}

interface BundleStepProps {
  registries: readonly RegistryChoice[];
  stores: readonly StoreView[];
  places: BundlePlaces;
  onChange: (change: Partial<BundlePlaces>) => void;
  fieldError: (field: string) => string | undefined;
}

export function BundleStep({ registries, stores, places, onChange, fieldError }: BundleStepProps) {
  const t = useTranslations("bundles.exports");
  const tCommon = useTranslations("common");
  return (
    <div className="space-y-5">
      <SourceFields registries={registries} source={places} onChange={onChange} fieldError={fieldError} />
      <UnhealthyRegistries registries={[registries.find(({ id }) => id === places.sourceRegistryId)]} />
      <StoreField
        stores={stores}
        storeId={places.storeId}
        help={t("storeHelp")}
        error={fieldError("storeId")}
        onChange={(storeId) => onChange({ storeId })}
      />
      <TextField
        label={tCommon("name")}
        help={t("nameHelp")}
        error={fieldError("name")}
        required
        value={places.name}
        maxLength={100}
        verbatim
        autoComplete="off"
        className="font-mono"
        onChange={(event) => onChange({ name: event.target.value })}
      />
    </div>
  );
}
