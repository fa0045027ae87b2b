import { useTranslations } from "next-intl";
import { useSearchParams } from "next/navigation";
import { formatGridHref } from "#components/datagrid/grid-href.ts";
import { GridLink, LiveGridNavigation } from "#components/datagrid/grid-navigation.tsx";
import { classNames } from "#components/ui/class-names.ts";
import { useFormats } from "#lib/i18n/use-formats.ts";
import { jobPageQuery, type jobLists } from "#lib/schemas/jobs.ts";
import type { JobSnapshot } from "#lib/services/jobs/index.ts";
import { DeletionsGrid } from "./deletions-grid.tsx";
import { ExtrasGrid } from "./extras-grid.tsx";
import { countAll } from "./job-states.ts";
import { KeptGrid } from "./kept-grid.tsx";
import { listsId } from "./list-link.tsx";
import { usePruneSummary } from "./use-prune-summary.ts";
import { TasksGrid } from "./tasks-grid.tsx";

/** The page of a list that the server rendered; null for the lists that were not asked for. */
export interface InitialLists {
  images: React.ComponentProps<typeof TasksGrid>["initial"];
  extra: React.ComponentProps<typeof ExtrasGrid>["initial"];
  deletions: React.ComponentProps<typeof DeletionsGrid>["initial"];
  kept: React.ComponentProps<typeof KeptGrid>["initial"];
}

interface JobListsProps {
  snapshot: JobSnapshot;
  initial: InitialLists;
}

/**
 * What a job is made of, one list at a time: its images; of a comparison also what it found beside them; of a clean-up what
 * goes and what stays.
 */
export function JobLists(props: JobListsProps) {
  const parameters = useSearchParams();
  const { list } = jobPageQuery.parse(Object.fromEntries(parameters));
  const { kind } = props.snapshot;
  return (
    <div id={listsId} className="scroll-mt-16 space-y-3">
      {kind === "verify" ? (
        <ComparisonLists {...props} list={list} />
      ) : kind === "prune" ? (
        <PruneLists {...props} list={list} />
      ) : (
        <TasksGrid snapshot={props.snapshot} initial={props.initial.images} />
      )}
    </div>
  );
}

type ListsProps = JobListsProps & { list: (typeof jobLists)[number] };

function ComparisonLists({ snapshot, initial, list }: ListsProps) {
  const t = useTranslations("jobs");
  const { id, tasks, extras } = snapshot;
  const path = `/jobs/${id}`;
  const isExtra = list === "extra";
  return (
    <>
      <ListSwitch label={t("extras.lists")}>
        <ListTab href={path} count={countAll(tasks)} current={!isExtra}>
          {t("images")}
        </ListTab>
        <ListTab href={formatGridHref(path, { list: "extra" })} count={extras.found} current={isExtra}>
          {t("extras.title")}
        </ListTab>
      </ListSwitch>
      {isExtra ? (
        <ExtrasGrid snapshot={snapshot} initial={initial.extra} />
      ) : (
        <TasksGrid snapshot={snapshot} initial={initial.images} />
      )}
    </>
  );
}

function PruneLists({ snapshot, initial, list }: ListsProps) {
  const t = useTranslations("pruning.lists");
  const { id, deletions } = snapshot;
  const path = `/jobs/${id}`;
  const kept = usePruneSummary(snapshot).data?.kept;
  const isKept = list === "kept";
  return (
    <>
      <ListSwitch label={t("label")}>
        <ListTab href={path} count={deletions.total} current={!isKept}>
          {t("deletions")}
        </ListTab>
        <ListTab href={formatGridHref(path, { list: "kept" })} count={kept} current={isKept}>
          {t("kept")}
        </ListTab>
      </ListSwitch>
      {isKept ? (
        <KeptGrid snapshot={snapshot} initial={initial.kept} />
      ) : (
        <DeletionsGrid snapshot={snapshot} initial={initial.deletions} />
      )}
    </>
  );
}

function ListSwitch({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <LiveGridNavigation>
      <nav aria-label={label} className="flex flex-wrap gap-x-6 border-b border-line">
        {children}
      </nav>
    </LiveGridNavigation>
  );
}

interface ListTabProps {
  href: string;
  /** Undefined while it is on its way. */
  count: number | undefined;
  current: boolean;
  children: React.ReactNode;
}

function ListTab({ href, count, current, children }: ListTabProps) {
  const formats = useFormats();
  return (
    <GridLink
      href={href}
      aria-current={current ? "true" : undefined}
      className={classNames(
        "-mb-px inline-flex target items-center gap-1.5 border-b-2 py-1.5 whitespace-nowrap tabular-nums",
        current ? "border-accent font-semibold" : "border-transparent text-muted hover:text-fg",
      )}
    >
      {children}
      {count !== undefined && <span className="font-normal text-muted">{formats.number(count)}</span>}
    </GridLink>
  );
}
