import { useTranslations } from "next-intl";
import { TextField } from "#components/ui/text-field.tsx";

interface HostFieldProps {
  /** The file, where there are several; left out for what was pasted. */
  file?: string;
  value: string;
  onChange: (value: string) => void;
}

/** The registry that a `hosts.toml` is for: on a node its folder says so. */
export function HostField({ file, value, onChange }: HostFieldProps) {
  const t = useTranslations("configCheck");
  return (
    <TextField
      label={file === undefined ? t("host") : t("hostOf", { file })}
      help={t("hostHelp")}
      verbatim
      autoComplete="off"
      placeholder="quay.io"
      className="font-mono"
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
