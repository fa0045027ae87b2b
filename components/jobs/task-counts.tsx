import { useTranslations } from "next-intl";
import { formatGridHref } from "#components/datagrid/grid-href.ts";
import { GridLink } from "#components/datagrid/grid-navigation.tsx";
import { classNames } from "#components/ui/class-names.ts";
import { statusColors, statusIcons } from "#components/ui/status.tsx";
import { TaskState } from "#lib/db/generated/enums.ts";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { TasksQuery } from "#lib/schemas/jobs.ts";
import type { TaskCounts } from "#lib/services/jobs/index.ts";
import { countAll } from "./job-states.ts";
import { taskLooks } from "./task-state.tsx";

interface TaskCountsProps {
  counts: TaskCounts;
  path: string;
  query: TasksQuery;
}

/** How many images stand where; each count filters the list by it. */
export function TaskCountLinks({ counts, path, query }: TaskCountsProps) {
  const t = useTranslations("states.task");
  const tTasks = useTranslations("jobs.tasks");
  const chosen = query.state.join();
  const joined = { ...query, kind: query.kind.join(), verdict: query.verdict.join() };
  const href = (state: string) => formatGridHref(path, { ...joined, cause: "", state, page: 1 });
  const states = Object.values(TaskState).filter((state) => counts[state] > 0 || chosen === state);
  return (
    <ul aria-label={tTasks("byState")} className="flex flex-wrap gap-1">
      <li>
        <CountLink href={href("")} count={countAll(counts)} current={chosen === ""}>
          {tTasks("all")}
        </CountLink>
      </li>
      {states.map((state) => {
        const { status, icon: Icon = statusIcons[status] } = taskLooks[state];
        return (
          <li key={state}>
            <CountLink href={href(state)} count={counts[state]} current={chosen === state}>
              <Icon aria-hidden className={classNames("size-3.5", statusColors[status])} />
              {t(state)}
            </CountLink>
          </li>
        );
      })}
    </ul>
  );
}

interface CountLinkProps {
  href: string;
  count: number;
  current: boolean;
  children: React.ReactNode;
}

function CountLink({ href, count, current, children }: CountLinkProps) {
  const formats = useFormats();
  return (
    <GridLink
      href={href}
      aria-current={current ? "true" : undefined}
      className={classNames(
        "inline-flex h-7 target items-center justify-center gap-1.5 rounded border px-2 text-xs whitespace-nowrap tabular-nums hover:bg-hover",
        current ? "border-accent bg-selected font-semibold" : "border-line bg-surface",
      )}
    >
      {children}
      <span className={current ? undefined : "text-muted"}>{formats.number(count)}</span>
    </GridLink>
  );
}
