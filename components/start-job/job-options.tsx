"use client";

import { useTranslations } from "next-intl";
import { useJobOptionText } from "#components/jobs/use-job-option-text.ts";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { Disclosure } from "#components/ui/disclosure.tsx";
import { FieldSet } from "#components/ui/field.tsx";
import { PlatformPicker } from "./platform-picker.tsx";

/** What of each image is copied. */
export interface JobOptions {
  /** Null means all. */
  platforms: readonly string[] | null;
  referrers: boolean;
  foreignLayers: boolean;
}

export const usualOptions: JobOptions = { platforms: null, referrers: false, foreignLayers: false };

interface JobOptionsPartProps {
  options: JobOptions;
  onChange: (change: Partial<JobOptions>) => void;
}

export function JobOptionsPart({ options, onChange }: JobOptionsPartProps) {
  const t = useTranslations("jobs.options");
  const optionText = useJobOptionText();
  const { platforms, referrers, foreignLayers } = options;
  return (
    <Disclosure
      title={t("title")}
      summary={optionText({ platforms: platforms ?? [], referrers, foreignLayers }).join(", ")}
    >
      <PlatformPicker platforms={platforms} onChange={(chosen) => onChange({ platforms: chosen })} />
      <FieldSet legend={t("more")}>
        <Checkbox
          label={t("referrers")}
          help={t("referrersHelp")}
          checked={referrers}
          onChange={(event) => onChange({ referrers: event.target.checked })}
        />
        <Checkbox
          label={t("foreignLayers")}
          help={t("foreignLayersHelp")}
          checked={foreignLayers}
          onChange={(event) => onChange({ foreignLayers: event.target.checked })}
        />
      </FieldSet>
    </Disclosure>
  );
}
