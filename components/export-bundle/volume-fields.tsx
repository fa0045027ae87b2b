import { useTranslations } from "next-intl";
import { Radio } from "#components/ui/checkbox.tsx";
import { FieldSet } from "#components/ui/field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { type VolumeChoice, volumeBytesOf, volumeLimits } from "./volume-choice.ts";

const kinds = ["one", "fat32", "dvd", "other"] as const;

interface VolumeFieldsProps {
  volume: VolumeChoice;
  onChange: (volume: VolumeChoice) => void;
}

/** How large the files may be that are carried: disks, file systems and discs have limits. */
export function VolumeFields({ volume, onChange }: VolumeFieldsProps) {
  const t = useTranslations("bundles.volumes");
  return (
    <FieldSet legend={t("title")} help={t("help")}>
      {kinds.map((kind) => (
        <Radio
          key={kind}
          name="volume"
          checked={volume.kind === kind}
          label={t(kind)}
          help={t(`${kind}Help`)}
          onChange={() => onChange(kind === "other" ? { kind, mebibytes: "" } : { kind })}
        />
      ))}
      {volume.kind === "other" && (
        <div className="pl-6">
          <TextField
            label={t("mebibytes")}
            help={t("limits", volumeLimits)}
            error={
              volume.mebibytes !== "" && volumeBytesOf(volume) === undefined
                ? t("limits", volumeLimits)
                : undefined
            }
            required
            inputMode="numeric"
            value={volume.mebibytes}
            maxLength={8}
            autoComplete="off"
            className="max-w-40 tabular-nums"
            onChange={(event) => onChange({ kind: "other", mebibytes: event.target.value })}
          />
        </div>
      )}
    </FieldSet>
  );
}
