"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { postJson, RequestError } from "#components/query/get-json.ts";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import { Stat, StatGroup } from "#components/ui/stat.tsx";
import type { ErrorView } from "#lib/errors.ts";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { JobPreview } from "#lib/services/jobs/index.ts";
import { type JobOptions, JobOptionsPart } from "./job-options.tsx";
import { PathProblems } from "./path-problems.tsx";
import { PreviewTable } from "./preview-table.tsx";

export interface PreviewInput {
  releaseIds: string[];
  componentIds?: string[] | undefined;
  sourceRegistryId: string | null;
  sourceBasePath: string;
  destinationId: string;
  organizationId: string | null;
}

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
  const preview = useQuery({
    queryKey: ["job-preview", input],
    queryFn: ({ signal }) => postJson<JobPreview>("/api/jobs/preview", input, signal),
  });
  const failure = error ?? (preview.error instanceof RequestError ? preview.error.error : null);
  return (
    <div className="space-y-4">
      {failure && <ErrorAlert error={failure} />}
      {preview.data ? (
        <Preview preview={preview.data} />
      ) : (
        !preview.error && <Spinner label={t("previewLoading")} />
      )}
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

function Preview({ preview }: { preview: JobPreview }) {
  const t = useTranslations("jobs.new");
  const formats = useFormats();
  const { images, collisions, overlaps } = preview;
  const known = images.filter(({ sizeBytes }) => sizeBytes !== null);
  const knownBytes = known.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0);
  return (
    <>
      <StatGroup>
        <Stat label={t("count")} value={formats.number(images.length)} />
        <Stat
          label={t("knownBytes")}
          value={known.length === 0 ? "–" : formats.bytes(knownBytes)}
          detail={t("knownOf", { known: known.length, total: images.length })}
        />
        <Stat label={t("collisions")} value={formats.number(collisions.length)} />
        <Stat label={t("overlaps")} value={formats.number(overlaps.length)} />
      </StatGroup>
      <PathProblems collisions={collisions} overlaps={overlaps} />
      <PreviewTable images={images} />
    </>
  );
}
