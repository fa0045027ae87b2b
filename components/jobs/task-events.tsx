import { useTranslations } from "next-intl";
import { useErrorText } from "#lib/i18n/use-error-text.ts";
import { useFormats } from "#lib/i18n/use-formats.ts";
import { JobState, TaskState } from "#lib/db/generated/enums.ts";
import type { JobEventView } from "#lib/services/jobs/index.ts";

/** The log of one image, in words. */
export function TaskEvents({ events }: { events: readonly JobEventView[] }) {
  const t = useTranslations("jobs.tasks");
  const formats = useFormats();
  const describe = useEventText();
  if (events.length === 0) return <p className="text-compact text-muted">{t("noEvents")}</p>;
  return (
    <ol className="max-h-80 space-y-1 overflow-y-auto text-xs">
      {events.map((event) => (
        <li key={event.id} className="flex gap-3">
          <time
            dateTime={event.at}
            title={formats.fullDateTime(event.at)}
            className="shrink-0 text-muted tabular-nums"
          >
            {formats.time(event.at)}
          </time>
          <span className="min-w-0 wrap-anywhere">{describe(event)}</span>
        </li>
      ))}
    </ol>
  );
}

function useEventText(): (event: JobEventView) => string {
  const t = useTranslations("jobs.events");
  const tTask = useTranslations("states.task");
  const tJob = useTranslations("states.job");
  const formats = useFormats();
  const errorText = useErrorText();

  return ({ kind, state, code, facts }) => {
    const figure = (name: string): number => (typeof facts?.[name] === "number" ? facts[name] : 0);
    const text = (name: string): string => (typeof facts?.[name] === "string" ? facts[name] : "");
    const cause = code === null ? null : errorText({ code, facts: facts ?? {} });
    switch (kind) {
      case "task_state": {
        const known = Object.values(TaskState).find((one) => one === state);
        return t("state", { state: known ? tTask(known) : (state ?? "") });
      }
      case "job_state": {
        const known = Object.values(JobState).find((one) => one === state);
        return t("state", { state: known ? tJob(known) : (state ?? "") });
      }
      case "retry": {
        const failed = t("retry", { attempt: figure("attempt"), cause: cause?.title ?? "" });
        const next = text("nextAttemptAt");
        return next === "" ? failed : `${failed} ${t("retryNext", { time: formats.time(next) })}`;
      }
      case "wait":
        return t("wait", { size: formats.bytes(figure("sizeBytes")) });
      case "mount":
        return t("mount", { size: formats.bytes(figure("sizeBytes")), from: text("from") });
      case "skip":
        return t("skip");
      // Of the whole job, which says it itself.
      case "notice":
        return "";
      case "error":
        return cause ? `${cause.title} ${cause.hint}` : "";
      case "truncated":
        return t("truncated");
    }
  };
}
