"use client";

import { useTranslations } from "next-intl";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import type { ErrorView } from "#lib/errors.ts";
import { type JobOptions, JobOptionsPart } from "./job-options.tsx";
import { PathPreview, type PreviewInput } from "./path-preview.tsx";

interface PreviewStepProps {
  input: PreviewInput;
  startAtOnce: boolean;
  onStartAtOnce: (startAtOnce: boolean) => void;
  options: JobOptions;
  onOptions: (change: Partial<JobOptions>) => void;
  /** Why the job could not be made. */
  error: ErrorView | null;
}

/** Every image with where it is read and where it goes, before anything is made. */
export function PreviewStep(props: PreviewStepProps) {
  const { input, startAtOnce, onStartAtOnce, options, onOptions, error } = props;
  const t = useTranslations("jobs.new");
  return (
    <div className="space-y-4">
      {error && <ErrorAlert error={error} />}
      <PathPreview input={input} />
      <JobOptionsPart options={options} onChange={onOptions} />
      <Checkbox
        label={t("holdLabel")}
        help={t("holdHelp")}
        checked={startAtOnce}
        onChange={(event) => onStartAtOnce(event.target.checked)}
      />
    </div>
  );
}
