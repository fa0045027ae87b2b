"use client";

import { Clock, Hourglass, LoaderCircle, type LucideIcon, RotateCcw, SkipForward } from "lucide-react";
import { useTranslations } from "next-intl";
import { StatusLabel } from "#components/ui/badge.tsx";
import type { Status } from "#components/ui/status.tsx";
import type { TaskState } from "#lib/db/generated/enums.ts";
import { useClock } from "#lib/i18n/use-clock.ts";
import { useErrorText } from "#lib/i18n/use-error-text.ts";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { TaskView } from "#lib/services/jobs/index.ts";

interface Look {
  status: Status;
  icon?: LucideIcon;
  busy?: boolean;
}

export const taskLooks: Readonly<Record<TaskState, Look>> = {
  queued: { status: "neutral", icon: Clock },
  running: { status: "info", icon: LoaderCircle, busy: true },
  retrying: { status: "warning", icon: RotateCcw },
  waiting: { status: "neutral", icon: Hourglass },
  succeeded: { status: "success" },
  skipped: { status: "success", icon: SkipForward },
  failed: { status: "danger" },
  cancelled: { status: "neutral" },
};

/** Where an image stands, and when it does not move, why. */
export function TaskStateCell({ task }: { task: TaskView }) {
  const t = useTranslations("states.task");
  const tTasks = useTranslations("jobs.tasks");
  const errorText = useErrorText();
  return (
    <div className="space-y-0.5">
      <StatusLabel {...taskLooks[task.state]} className="whitespace-nowrap">
        {t(task.state)}
      </StatusLabel>
      {task.error && (
        <p className="max-w-80 text-xs wrap-anywhere text-muted">{errorText(task.error).title}</p>
      )}
      {task.state === "waiting" && <p className="max-w-80 text-xs text-muted">{tTasks("waitsForLayer")}</p>}
      {task.nextAttemptAt !== null && task.state === "retrying" && <NextAttempt at={task.nextAttemptAt} />}
    </div>
  );
}

function NextAttempt({ at }: { at: string }) {
  const t = useTranslations("jobs.tasks");
  const formats = useFormats();
  const now = useClock(1000);
  const leftMs = Date.parse(at) - now.getTime();
  return (
    <p className="text-xs text-muted tabular-nums">
      {leftMs < 1000 ? t("nextAttemptSoon") : t("nextAttempt", { time: formats.duration(leftMs) })}
    </p>
  );
}
