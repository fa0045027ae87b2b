import { useTranslations } from "next-intl";
import { Radio } from "#components/ui/checkbox.tsx";
import { FieldSet } from "#components/ui/field.tsx";

interface UploadKindProps {
  loose: boolean;
  onChange: (loose: boolean) => void;
}

/** Whether the files are a bundle, or are to travel along with exports. */
export function UploadKind({ loose, onChange }: UploadKindProps) {
  const t = useTranslations("bundles.uploads.kind");
  return (
    <FieldSet legend={t("title")}>
      <Radio
        name="kind"
        checked={!loose}
        label={t("bundle")}
        help={t("bundleHelp")}
        onChange={() => onChange(false)}
      />
      <Radio
        name="kind"
        checked={loose}
        label={t("loose")}
        help={t("looseHelp")}
        onChange={() => onChange(true)}
      />
    </FieldSet>
  );
}
