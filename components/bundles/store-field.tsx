import { useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { StoreView } from "#lib/services/bundles/bundle-views.ts";

interface StoreFieldProps {
  stores: readonly StoreView[];
  storeId: string;
  onChange: (storeId: string) => void;
  help: string;
  error: string | undefined;
}

/** The folder that a bundle goes to, with its room. */
export function StoreField({ stores, storeId, onChange, help, error }: StoreFieldProps) {
  const t = useTranslations("bundles.stores");
  const tBundles = useTranslations("bundles");
  const tNew = useTranslations("jobs.new");
  const formats = useFormats();
  if (stores.length === 0) {
    return (
      <Alert status="warning" live="off" title={t("none")}>
        {t("noneHelp")}
      </Alert>
    );
  }
  const chosen = stores.find(({ id }) => id === storeId);
  return (
    <>
      <Field label={tBundles("store")} help={help} error={error} required>
        {(control) => (
          <Select
            {...control}
            value={storeId}
            placeholder={tNew("choose")}
            options={stores.map(({ id, name, freeBytes }) => ({
              value: id,
              label: freeBytes === null ? name : `${name} (${t("free", { size: formats.bytes(freeBytes) })})`,
            }))}
            onChange={(event) => onChange(event.target.value)}
          />
        )}
      </Field>
      {chosen?.workers === 0 && (
        <Alert status="warning" live="polite" title={t("noWorker", { name: chosen.name })}>
          {t("noWorkerHelp")}
        </Alert>
      )}
    </>
  );
}
