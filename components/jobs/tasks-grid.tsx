import { useTranslations } from "next-intl";
import { useState } from "react";
import { LiveDataGrid } from "#components/datagrid/live-data-grid.tsx";
import { withoutImage } from "#lib/i18n/error-text.ts";
import { useErrorText } from "#lib/i18n/use-error-text.ts";
import { ComponentKind, TaskState, Verdict } from "#lib/db/generated/enums.ts";
import { tasksQuery, type TasksQuery } from "#lib/schemas/jobs.ts";
import type { Page } from "#lib/schemas/list-query.ts";
import type { JobSnapshot, TaskView } from "#lib/services/jobs/index.ts";
import { TaskCountLinks } from "./task-counts.tsx";
import { TaskDetail } from "./task-detail.tsx";
import { type InitialList, useJobList } from "./use-job-list.ts";
import { useTaskColumns } from "./use-task-columns.tsx";

interface TasksGridProps {
  snapshot: JobSnapshot;
  /** Null when another list was asked for. */
  initial: InitialList<Page<TaskView>, TasksQuery> | null;
}

/** The images of a job, as they go. */
export function TasksGrid({ snapshot, initial }: TasksGridProps) {
  const t = useTranslations("jobs.tasks");
  const tCommon = useTranslations("common");
  const tStates = useTranslations("states.task");
  const tCatalog = useTranslations("catalog");
  const tVerdicts = useTranslations("jobs.verdicts");
  const { id, run, state, tasks, bytes, blobs } = snapshot;
  const { query, page, grid } = useJobList({
    jobId: id,
    part: "tasks",
    schema: tasksQuery,
    initial,
    mark: JSON.stringify([run, state, tasks, bytes, blobs]),
  });

  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const toggle = (taskId: string) =>
    setOpened((before) => {
      const after = new Set(before);
      if (!after.delete(taskId)) after.add(taskId);
      return after;
    });
  const columns = useTaskColumns(opened, toggle, snapshot.kind);
  const errorText = useErrorText();
  const example = grid.stale ? null : page?.rows[0]?.error;
  const cause = example ? errorText(withoutImage(example)).title : t("oneCause");
  return (
    <LiveDataGrid
      label={t("title")}
      {...grid}
      columns={columns}
      rowKey={(task) => task.id}
      rowDetail={(task) =>
        opened.has(task.id) ? <TaskDetail jobId={id} task={task} kind={snapshot.kind} /> : null
      }
      actions={<TaskCountLinks counts={tasks} path={grid.path} query={query} />}
      filters={[
        // Chosen by a link above; here it can be seen and taken back.
        ...(query.cause === ""
          ? []
          : [{ name: "cause", label: t("cause"), options: [{ value: query.cause, label: cause }] }]),
        {
          name: "state",
          label: tCommon("state"),
          options: Object.values(TaskState).map((value) => ({ value, label: tStates(value) })),
        },
        ...(snapshot.kind === "verify"
          ? [
              {
                name: "verdict",
                label: tVerdicts("title"),
                options: Object.values(Verdict).map((value) => ({ value, label: tVerdicts(value) })),
              },
            ]
          : []),
        {
          name: "kind",
          label: tCatalog("kind"),
          options: Object.values(ComponentKind).map((value) => ({ value, label: tCatalog(value) })),
        },
      ]}
    />
  );
}
