import { useTranslations } from "next-intl";
import { useState } from "react";
import { TextField } from "#components/ui/text-field.tsx";

/** Stands in names until the region is known. */
const unknownRegion = "REGION";
const regionFormat = /^[a-z]{2,4}(?:-[a-z]+){1,2}-\d{1,2}$/;

/** The region of AWS that names of services are shown with, and the field to say it. */
export function useRegion() {
  const [typed, setTyped] = useState("");
  const region = typed.trim().toLowerCase();
  return { typed, setTyped, region: regionFormat.test(region) ? region : unknownRegion };
}

interface RegionFieldProps {
  typed: string;
  onType: (typed: string) => void;
}

export function RegionField({ typed, onType }: RegionFieldProps) {
  const t = useTranslations("checklists");
  return (
    <TextField
      label={t("region")}
      help={t("regionHelp")}
      value={typed}
      onChange={(event) => onType(event.target.value)}
      verbatim
      autoComplete="off"
      maxLength={30}
      placeholder="ap-northeast-2"
      className="max-w-60 font-mono"
    />
  );
}
