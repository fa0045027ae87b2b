import { useTranslations } from "next-intl";
import { usePlaceLabel } from "#components/cluster-config/use-place-label.ts";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import type { ConfigPlace } from "#lib/schemas/cluster-config.ts";
import type { CheckFields } from "./check-fields.ts";

const flags = ["hasWindowsNodes", "mayAskSource", "wantsCredentials"] as const;

interface ClusterFieldsProps {
  places: readonly ConfigPlace[];
  fields: CheckFields;
  set: (change: Partial<CheckFields>) => void;
  pending: boolean;
}

/** What the texts are held to. */
export function ClusterFields({ places, fields, set, pending }: ClusterFieldsProps) {
  const t = useTranslations("configCheck");
  const label = usePlaceLabel();
  return (
    <Card
      title={t("cluster")}
      footer={
        <>
          <Button type="submit" variant="primary" loading={pending}>
            {t("check")}
          </Button>
          <span className="text-xs text-muted max-md:hidden">{t("shortcut")}</span>
        </>
      }
    >
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Field label={t("destination")} help={t("destinationHelp")}>
          {(control) => (
            <Select
              {...control}
              value={fields.destinationId}
              placeholder={t("noDestination")}
              options={places.map((place) => ({ value: place.id, label: label(place) }))}
              onChange={(event) => set({ destinationId: event.target.value })}
            />
          )}
        </Field>
        <div className="space-y-2">
          {flags.map((flag) => (
            <Checkbox
              key={flag}
              label={t(flag)}
              help={t(`${flag}Help`)}
              checked={fields[flag]}
              onChange={(event) => set({ [flag]: event.target.checked })}
            />
          ))}
        </div>
      </div>
    </Card>
  );
}
