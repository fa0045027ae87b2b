import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useSearchParams } from "next/navigation";
import { useMemo, useState } from "react";
import { formatGridHref } from "#components/datagrid/grid-href.ts";
import { LiveDataGrid } from "#components/datagrid/live-data-grid.tsx";
import { getJson, RequestError } from "#components/query/get-json.ts";
import { withoutImage } from "#lib/i18n/error-text.ts";
import { useErrorText } from "#lib/i18n/use-error-text.ts";
import { ComponentKind, TaskState, Verdict } from "#lib/db/generated/enums.ts";
import { tasksQuery, type TasksQuery } from "#lib/schemas/jobs.ts";
import type { Page } from "#lib/schemas/list-query.ts";
import type { JobSnapshot, TaskView } from "#lib/services/jobs/index.ts";
import { TaskCountLinks } from "./task-counts.tsx";
import { TaskDetail } from "./task-detail.tsx";
import { useTaskColumns } from "./use-task-columns.tsx";
import { usePacedRefetch } from "./use-paced-refetch.ts";

interface TasksGridProps {
  snapshot: JobSnapshot;
  /** What the page was rendered with, and the parameters that it answers; null when another list was asked for. */
  initial: { page: Page<TaskView>; query: TasksQuery } | null;
}

/** The images of a job, as they go. */
export function TasksGrid({ snapshot, initial }: TasksGridProps) {
  const t = useTranslations("jobs.tasks");
  const tCommon = useTranslations("common");
  const tStates = useTranslations("states.task");
  const tCatalog = useTranslations("catalog");
  const tVerdicts = useTranslations("jobs.verdicts");
  const { id } = snapshot;
  const path = `/jobs/${id}`;
  const parameters = useSearchParams();
  const query = useMemo(() => tasksQuery.parse(Object.fromEntries(parameters)), [parameters]);
  const gridQuery = {
    ...query,
    state: query.state.join(),
    kind: query.kind.join(),
    verdict: query.verdict.join(),
  };
  const { data, isPlaceholderData, error, refetch } = useQuery({
    queryKey: ["jobs", id, "tasks", query],
    queryFn: ({ signal }) => getJson<Page<TaskView>>(formatGridHref(`/api${path}/tasks`, gridQuery), signal),
    placeholderData: keepPreviousData,
    ...(initial && JSON.stringify(query) === JSON.stringify(initial.query) && { initialData: initial.page }),
  });
  const { run, state, tasks, bytes, blobs } = snapshot;
  usePacedRefetch(id, "tasks", JSON.stringify([run, state, tasks, bytes, blobs]));

  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const toggle = (taskId: string) =>
    setOpened((before) => {
      const after = new Set(before);
      if (!after.delete(taskId)) after.add(taskId);
      return after;
    });
  const columns = useTaskColumns(opened, toggle, snapshot.kind);
  const errorText = useErrorText();
  const example = isPlaceholderData ? null : data?.rows[0]?.error;
  const cause = example ? errorText(withoutImage(example)).title : t("oneCause");
  return (
    <LiveDataGrid
      label={t("title")}
      path={path}
      query={gridQuery}
      page={data}
      stale={isPlaceholderData}
      error={error instanceof RequestError ? error.error : null}
      onRetry={() => void refetch()}
      columns={columns}
      rowKey={(task) => task.id}
      rowDetail={(task) =>
        opened.has(task.id) ? <TaskDetail jobId={id} task={task} kind={snapshot.kind} /> : null
      }
      actions={<TaskCountLinks counts={tasks} path={path} query={query} />}
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
