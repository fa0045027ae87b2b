import { useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import { Checkbox, Radio } from "#components/ui/checkbox.tsx";
import { FieldSet } from "#components/ui/field.tsx";
import { OfferSource } from "#lib/db/generated/enums.ts";

interface BehaviourFieldsProps {
  readsFrom: OfferSource;
  publishOnSave: boolean;
  /** It goes to the shared destination, which cannot be filled from itself. */
  isShared: boolean;
  error: string | undefined;
  set: (change: { readsFrom?: OfferSource; publishOnSave?: boolean }) => void;
}

/** Where images are read, and when they are published. */
export function BehaviourFields({ readsFrom, publishOnSave, isShared, error, set }: BehaviourFieldsProps) {
  const t = useTranslations("offers.behaviour");
  return (
    <div className="space-y-5">
      <FieldSet legend={t("readsFrom")}>
        {error !== undefined && <Alert status="danger">{error}</Alert>}
        {Object.values(OfferSource).map((source) => (
          <Radio
            key={source}
            name="readsFrom"
            value={source}
            checked={readsFrom === source}
            disabled={isShared && source === OfferSource.shared_destination}
            label={t(source)}
            help={t(isShared && source === OfferSource.shared_destination ? "notItself" : `${source}Help`)}
            onChange={() => set({ readsFrom: source })}
          />
        ))}
      </FieldSet>
      <Checkbox
        checked={publishOnSave}
        label={t("publishOnSave")}
        help={t("publishOnSaveHelp")}
        onChange={(event) => set({ publishOnSave: event.target.checked })}
      />
    </div>
  );
}
