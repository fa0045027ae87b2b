"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { getJson, RequestError } from "#components/query/get-json.ts";
import { Code } from "#components/ui/code.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { type Description, DescriptionList } from "#components/ui/description-list.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { JobKind } from "#lib/db/generated/enums.ts";
import type { JobEventView, TaskView } from "#lib/services/jobs/index.ts";
import { isLookUp } from "./job-states.ts";
import { TaskEvents } from "./task-events.tsx";
import { VerdictLabel } from "./verdict-label.tsx";

interface TaskDetailProps {
  jobId: string;
  task: TaskView;
  /** Of the job. */
  kind: JobKind;
}

/** All there is to know of one image: names, digests, and its log. */
export function TaskDetail({ jobId, task, kind }: TaskDetailProps) {
  const compares = kind === "verify";
  const looksUp = isLookUp(kind);
  const t = useTranslations("jobs.tasks");
  const tCommon = useTranslations("common");
  const tVerdicts = useTranslations("jobs.verdicts");
  const formats = useFormats();
  const { data, error } = useQuery({
    queryKey: ["jobs", jobId, "tasks", task.id, "events", task.state],
    queryFn: ({ signal }) => getJson<JobEventView[]>(`/api/jobs/${jobId}/tasks/${task.id}/events`, signal),
    placeholderData: (previous) => previous,
  });
  const { blobs, plannedDigest, finalDigest, verdict, targetDigest } = task;
  const items: Description[] = [
    { label: t("original"), value: <Reference value={task.name} /> },
    { label: t("readFrom"), value: <Reference value={task.source} /> },
    ...(looksUp
      ? []
      : [{ label: compares ? t("comparedWith") : t("writtenTo"), value: <Reference value={task.target} /> }]),
    ...(verdict === null ? [] : [{ label: tVerdicts("title"), value: <VerdictLabel verdict={verdict} /> }]),
    ...(targetDigest === null
      ? []
      : [{ label: t("targetDigest"), value: <Reference value={targetDigest} /> }]),
    ...(finalDigest === null ? [] : [{ label: t("digest"), value: <Reference value={finalDigest} /> }]),
    ...(plannedDigest === null || plannedDigest === finalDigest
      ? []
      : [
          {
            label: compares ? t("sourceDigest") : t("plannedDigest"),
            value: <Reference value={plannedDigest} />,
          },
        ]),
    ...(task.mediaType === null ? [] : [{ label: t("mediaType"), value: <Code>{task.mediaType}</Code> }]),
    ...(task.platforms.length === 0 ? [] : [{ label: t("platforms"), value: task.platforms.join(", ") }]),
    ...(compares || looksUp
      ? []
      : [
          { label: t("blobs"), value: t("blobCounts", blobs) },
          { label: t("received"), value: formats.bytes(task.receivedBytes) },
        ]),
    { label: t("retries"), value: formats.number(task.retries) },
  ];
  return (
    <div className="grid gap-x-8 gap-y-4 lg:grid-cols-2">
      <div className="min-w-0 space-y-3">
        {task.error && <ErrorAlert error={task.error} live="off" />}
        <DescriptionList items={items} />
      </div>
      <section className="min-w-0 space-y-2">
        <h3 className="text-xs font-semibold text-muted">{t("events")}</h3>
        {error instanceof RequestError && <ErrorAlert error={error.error} compact />}
        {data ? <TaskEvents events={data} /> : !error && <Spinner label={tCommon("loading")} />}
      </section>
    </div>
  );
}

function Reference({ value }: { value: string }) {
  return (
    <span className="flex items-start gap-1">
      <Code className="pt-0.5">{value}</Code>
      <CopyButton value={value} />
    </span>
  );
}
