import { useTranslations } from "next-intl";
import { useSearchParams } from "next/navigation";
import { formatGridHref } from "#components/datagrid/grid-href.ts";
import { LiveGridNavigation } from "#components/datagrid/grid-navigation.tsx";
import { jobPageQuery, type jobLists } from "#lib/schemas/jobs.ts";
import type { JobSnapshot } from "#lib/services/jobs/index.ts";
import { CountLink } from "./count-link.tsx";
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
      <nav aria-label={t("extras.lists")} className="flex flex-wrap gap-1">
        <CountLink href={path} count={countAll(tasks)} current={current === "images"}>
          {t("images")}
        </CountLink>
        <CountLink
          href={formatGridHref(path, { list: "extra" })}
          count={extras.found}
          current={current === "extra"}
        >
          {t("extras.title")}
        </CountLink>
      </nav>
    </LiveGridNavigation>
  );
}
