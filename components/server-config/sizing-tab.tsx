import { useTranslations } from "next-intl";
import { Radio } from "#components/ui/checkbox.tsx";
import { FieldSet } from "#components/ui/field.tsx";
import { sizingPolicies } from "#lib/schemas/server-config.ts";
import { ConfigField, type ConfigFieldsProps } from "./config-field.tsx";

/** The size of the machine that makes a cluster: one that the extension brings along, or one of the provider's own. */
export function SizingTab(props: ConfigFieldsProps) {
  const t = useTranslations("serverConfig");
  const { form, mayWrite } = props;
  const policy = form.value("sizingPolicy");
  return (
    <div className="space-y-5">
      <p className="max-w-3xl text-compact text-muted">{t("tabHelp.sizing")}</p>
      <FieldSet legend={t("sizing.known")}>
        {sizingPolicies.map((name) => (
          <Radio
            key={name}
            name="sizingPolicy"
            value={name}
            checked={policy === name}
            disabled={!mayWrite}
            label={name}
            help={t(`sizing.sizes.${sizeKeys[name]}`)}
            onChange={() => form.set("sizingPolicy", name)}
          />
        ))}
      </FieldSet>
      <ConfigField field="sizingPolicy" {...props} />
    </div>
  );
}

const sizeKeys = {
  "TKG small": "small",
  "TKG medium": "medium",
  "TKG large": "large",
  "TKG extra-large": "extraLarge",
} as const satisfies Record<(typeof sizingPolicies)[number], string>;
