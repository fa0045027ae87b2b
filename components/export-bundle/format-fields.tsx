import { useTranslations } from "next-intl";
import { Radio } from "#components/ui/checkbox.tsx";
import { FieldSet } from "#components/ui/field.tsx";
import type { ExportFormat } from "./contents.ts";

interface FormatFieldsProps {
  format: ExportFormat;
  offered: readonly ExportFormat[];
  onChange: (format: ExportFormat) => void;
}

/** Which tool can read the bundle on the other side, and what that costs. */
export function FormatFields({ format, offered, onChange }: FormatFieldsProps) {
  const t = useTranslations("bundles.exportFormats");
  const tBundles = useTranslations("bundles");
  return (
    <FieldSet legend={tBundles("format")}>
      {offered.map((one) => (
        <Radio
          key={one}
          name="format"
          checked={format === one}
          label={t(one)}
          help={t(`${one}Help`)}
          onChange={() => onChange(one)}
        />
      ))}
    </FieldSet>
  );
}
