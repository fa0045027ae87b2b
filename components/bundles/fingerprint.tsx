import { useTranslations } from "next-intl";
import { Code } from "#components/ui/code.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";

/** In groups of four, as it is read out over a telephone; copied without the spaces. */
export function Fingerprint({ value }: { value: string }) {
  const t = useTranslations("bundles.key");
  return (
    <span className="flex items-start gap-1">
      <Code className="pt-0.5">{value.replaceAll(/(.{4})(?=.)/g, "$1 ")}</Code>
      <CopyButton value={value} label={t("copyFingerprint")} />
    </span>
  );
}
