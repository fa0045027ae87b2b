import { useTranslations } from "next-intl";
import { useSearchParams } from "next/navigation";
import { formatGridHref } from "#components/datagrid/grid-href.ts";
import { GridLink, LiveGridNavigation } from "#components/datagrid/grid-navigation.tsx";
import { classNames } from "#components/ui/class-names.ts";
import { useFormats } from "#lib/i18n/use-formats.ts";
import { jobPageQuery, type jobLists } from "#lib/schemas/jobs.ts";
import type { JobSnapshot } from "#lib/services/jobs/index.ts";
import { ExtrasGrid } from "./extras-grid.tsx";
import { countAll } from "./job-states.ts";
import { listsId } from "./list-link.tsx";
import { TasksGrid } from "./tasks-grid.tsx";

/** The page of a list that the server rendered; null for the lists that were not asked for. */
export interface InitialLists {
  images: React.ComponentProps<typeof TasksGrid>["initial"];
  extra: React.ComponentProps<typeof ExtrasGrid>["initial"];
}

/** What a job is made of, one list at a time: its images, and what a comparison found beside them. */
export function JobLists({ snapshot, initial }: { snapshot: JobSnapshot; initial: InitialLists }) {
  const parameters = useSearchParams();
  const { list } = jobPageQuery.parse(Object.fromEntries(parameters));
  if (snapshot.kind !== "verify") {
    return (
      <div id={listsId} className="scroll-mt-16">
        <TasksGrid snapshot={snapshot} initial={initial.images} />
      </div>
    );
  }
  return (
    <div id={listsId} className="scroll-mt-16 space-y-3">
      <ListSwitch snapshot={snapshot} current={list} />
      {list === "extra" ? (
        <ExtrasGrid snapshot={snapshot} initial={initial.extra} />
      ) : (
        <TasksGrid snapshot={snapshot} initial={initial.images} />
      )}
    </div>
  );
}

type List = (typeof jobLists)[number];

function ListSwitch({ snapshot: { id, tasks, extras }, current }: { snapshot: JobSnapshot; current: List }) {
  const t = useTranslations("jobs");
  const path = `/jobs/${id}`;
  return (
    <LiveGridNavigation>
      <nav aria-label={t("extras.lists")} className="flex flex-wrap gap-x-6 border-b border-line">
        <ListTab href={path} count={countAll(tasks)} current={current === "images"}>
          {t("images")}
        </ListTab>
        <ListTab
          href={formatGridHref(path, { list: "extra" })}
          count={extras.found}
          current={current === "extra"}
        >
          {t("extras.title")}
        </ListTab>
      </nav>
    </LiveGridNavigation>
  );
}

interface ListTabProps {
  href: string;
  count: number;
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
      <span className="font-normal text-muted">{formats.number(count)}</span>
    </GridLink>
  );
}
