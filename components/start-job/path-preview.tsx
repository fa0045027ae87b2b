"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { postJson, RequestError } from "#components/query/get-json.ts";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import { Stat, StatGroup } from "#components/ui/stat.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { JobPreview } from "#lib/services/jobs/index.ts";
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

/** Every image with where it is read and where it goes, before anything is made. */
export function PathPreview({ input }: { input: PreviewInput }) {
  const t = useTranslations("jobs.new");
  const preview = useQuery({
    queryKey: ["job-preview", input],
    queryFn: ({ signal }) => postJson<JobPreview>("/api/jobs/preview", input, signal),
  });
  if (preview.data) return <Preview preview={preview.data} />;
  if (preview.error instanceof RequestError) return <ErrorAlert error={preview.error.error} />;
  return !preview.error && <Spinner label={t("previewLoading")} />;
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
