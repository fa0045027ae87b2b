import { ArrowRight, ChevronRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import type { GridColumn } from "#components/datagrid/grid-column.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { classNames } from "#components/ui/class-names.ts";
import { Code } from "#components/ui/code.tsx";
import { ProgressBar } from "#components/ui/progress-bar.tsx";
import type { JobKind } from "#lib/db/generated/enums.ts";
import { useClock } from "#lib/i18n/use-clock.ts";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { TaskView } from "#lib/services/jobs/index.ts";
import { taskShare } from "./job-shares.ts";
import { isLookUp } from "./job-states.ts";
import { VerdictLabel } from "./verdict-label.tsx";
import { TaskStateCell } from "./task-state.tsx";

/** The columns of a job's images; the first opens the row. */
export function useTaskColumns(
  opened: ReadonlySet<string>,
  toggle: (taskId: string) => void,
  kind: JobKind,
): GridColumn<TaskView>[] {
  const t = useTranslations("jobs.tasks");
  const tJobs = useTranslations("jobs");
  const tCommon = useTranslations("common");
  const tCatalog = useTranslations("catalog");
  const formats = useFormats();
  return useMemo(() => {
    const columns: GridColumn<TaskView>[] = [
      {
        id: "position",
        label: "#",
        sort: "position",
        align: "end",
        width: "3rem",
        hideBelow: "md",
        render: ({ position }) => <span className="text-muted">{position}</span>,
      },
      {
        id: "image",
        label: t("image"),
        sort: "name",
        rowHeader: true,
        width: "55%",
        breakAnywhere: true,
        render: (task) => (
          <Image task={task} kind={kind} open={opened.has(task.id)} onToggle={() => toggle(task.id)} />
        ),
      },
      {
        id: "kind",
        label: tCatalog("kind"),
        hideBelow: "lg",
        render: ({ kind }) => <Badge status={kind === "bundle" ? "info" : "neutral"}>{tCatalog(kind)}</Badge>,
      },
      {
        id: "platforms",
        label: tCatalog("platforms"),
        hideBelow: "lg",
        render: ({ platforms }) => (
          <ul className="text-xs whitespace-nowrap">
            {platforms.map((platform) => (
              <li key={platform}>{platform}</li>
            ))}
          </ul>
        ),
      },
      {
        id: "size",
        label: tCatalog("size"),
        sort: "size",
        align: "end",
        hideBelow: "md",
        render: ({ sizeBytes }) => (
          <span className="whitespace-nowrap">{sizeBytes === null ? "–" : formats.bytes(sizeBytes)}</span>
        ),
      },
      {
        id: "state",
        label: tCommon("state"),
        sort: "state",
        render: (task) => (
          <div className="min-w-28">
            <TaskStateCell task={task} />
            <TaskProgress task={task} />
          </div>
        ),
      },
      {
        id: "blobs",
        label: t("blobs"),
        hideBelow: "lg",
        render: ({ blobs }) =>
          blobs.total > 0 && (
            <span className="whitespace-nowrap tabular-nums">
              {t("layers", {
                done: blobs.present + blobs.mounted + blobs.transferred,
                total: blobs.total,
              })}
            </span>
          ),
      },
      {
        id: "duration",
        label: tJobs("duration"),
        align: "end",
        hideBelow: "lg",
        render: (task) => (
          <span className="whitespace-nowrap">
            <Duration task={task} />
          </span>
        ),
      },
    ];
    if (isLookUp(kind)) return columns.filter(({ id }) => !ofCopying.has(id));
    if (kind !== "verify") return columns;
    // What is compared has no bytes to show, but a verdict.
    const verdict: GridColumn<TaskView> = {
      id: "verdict",
      label: tJobs("verdicts.title"),
      // Where there is no room for both, the verdict says more than the state, once there is one.
      render: (task) =>
        task.verdict !== null ? (
          <VerdictLabel verdict={task.verdict} />
        ) : (
          <div className="md:hidden">
            <TaskStateCell task={task} />
          </div>
        ),
    };
    return columns.flatMap((column) =>
      column.id === "state"
        ? [verdict, { ...column, hideBelow: "md" }]
        : ofCopies.has(column.id)
          ? []
          : [column],
    );
  }, [opened, toggle, kind, t, tJobs, tCommon, tCatalog, formats]);
}

const ofCopies = new Set(["platforms", "size", "blobs"]);
const ofCopying = new Set(["blobs", "duration"]);

interface ImageProps {
  task: TaskView;
  /** Of the job. */
  kind: JobKind;
  open: boolean;
  onToggle: () => void;
}

function Image({ task, kind, open, onToggle }: ImageProps) {
  const t = useTranslations("jobs.tasks");
  const tJobs = useTranslations("jobs");
  const { name } = task;
  // In a bundle there is no host.
  const source = kind === "import_bundle" ? task.source : withoutHost(task.source);
  const target = kind === "export_bundle" ? task.target : withoutHost(task.target);
  return (
    <div className="flex items-start gap-1">
      <Button
        variant="flat"
        size="icon"
        className="-my-1 -ml-1.5 size-7 max-md:-my-3.25 max-md:-ml-3"
        aria-expanded={open}
        aria-label={t("expand", { name })}
        onClick={onToggle}
      >
        <ChevronRight aria-hidden className={classNames("transition-transform", open && "rotate-90")} />
      </Button>
      <div className="min-w-0">
        <Code className="text-compact">{name}</Code>
        {!isLookUp(kind) && (
          <>
            <div className="text-muted max-md:hidden">
              <Code className="text-[0.6875rem]">{source}</Code>{" "}
              <ArrowRight role="img" aria-label={tJobs("to")} className="inline size-3" />{" "}
              <Code className="text-[0.6875rem]">{target}</Code>
            </div>
            <LeftOutOfImage task={task} />
          </>
        )}
      </div>
    </div>
  );
}

function LeftOutOfImage({ task: { platformsLeftOut, foreignLayers, foreignBytes } }: { task: TaskView }) {
  const t = useTranslations("jobs.tasks");
  const formats = useFormats();
  return (
    <>
      {foreignLayers > 0 && (
        <p className="text-xs text-warning-fg">
          {t("foreignStay", { layers: foreignLayers, size: formats.bytes(foreignBytes) })}
        </p>
      )}
      {platformsLeftOut.length > 0 && (
        <p className="text-xs text-muted">{t("leftOut", { platforms: platformsLeftOut.join(", ") })}</p>
      )}
    </>
  );
}

/** The hosts stand above, or in the name of the image. */
function withoutHost(reference: string): string {
  return reference.slice(reference.indexOf("/") + 1);
}

function TaskProgress({ task }: { task: TaskView }) {
  const t = useTranslations("jobs.tasks");
  const moving = task.state === "running" || task.state === "retrying" || task.state === "waiting";
  if (!moving) return null;
  return <ProgressBar compact label={t("progressOf", { name: task.name })} value={taskShare(task)} max={1} />;
}

function Duration({ task: { startedAt, finishedAt } }: { task: TaskView }) {
  const formats = useFormats();
  if (startedAt === null) return null;
  if (finishedAt === null) return <RunningDuration since={startedAt} />;
  return formats.duration(Date.parse(finishedAt) - Date.parse(startedAt));
}

function RunningDuration({ since }: { since: string }) {
  const formats = useFormats();
  const now = useClock(1000);
  return formats.duration(now.getTime() - Date.parse(since));
}
