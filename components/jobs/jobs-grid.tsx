import { useNow, useTranslations } from "next-intl";
import { DataGrid } from "#components/datagrid/data-grid.tsx";
import type { GridColumn, GridFilter } from "#components/datagrid/grid-column.ts";
import { Badge } from "#components/ui/badge.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Link } from "#components/ui/link.tsx";
import { DateTime } from "#components/ui/time.tsx";
import { JobKind, JobState } from "#lib/db/generated/enums.ts";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { JobsQuery } from "#lib/schemas/jobs.ts";
import type { Page } from "#lib/schemas/list-query.ts";
import type { OrganizationChoice } from "#lib/schemas/organizations.ts";
import type { JobSummary } from "#lib/services/jobs/index.ts";
import { JobRoute } from "./job-route.tsx";
import { JobStateLabel } from "./job-state-label.tsx";
import { countAll, countDone, isEnded, isLookUp } from "./job-states.ts";
import { useJobKindText } from "./use-job-kind-text.ts";

interface JobsGridProps {
  page: Page<JobSummary>;
  query: JobsQuery;
  mayStart: boolean;
  /** To filter by; null where one organization is all there is to see. */
  organizations: OrganizationChoice[] | null;
}

/** Several states as one choice. */
const unfinished = Object.values(JobState)
  .filter((state) => !isEnded(state))
  .join();

export function JobsGrid({ page, query, mayStart, organizations }: JobsGridProps) {
  const t = useTranslations("jobs");
  const tCommon = useTranslations("common");
  const tStates = useTranslations("states.job");
  const kindText = useJobKindText();
  const formats = useFormats();
  const now = useNow();
  const gridQuery = { ...query, state: query.state.join(), kind: query.kind.join() };
  const columns: GridColumn<JobSummary>[] = [
    {
      id: "number",
      label: t("number"),
      sort: "number",
      render: (row) => (
        <Link href={`/jobs/${row.id}`} className="link tabular-nums">
          {`#${row.number}`}
        </Link>
      ),
    },
    {
      id: "state",
      label: tCommon("state"),
      sort: "state",
      render: (row) => (
        <>
          <JobStateLabel kind={row.kind} state={row.state} cancelling={row.cancelling} />
          <div className="mt-0.5 text-xs md:hidden">
            <ImageCounts job={row} />
          </div>
        </>
      ),
    },
    {
      id: "releases",
      label: t("releases"),
      render: (row) => (
        <>
          <Releases releases={row.releases} />
          {(row.kind !== "mirror" || row.organization) && <Badge status="info">{kindText(row)}</Badge>}
        </>
      ),
    },
    {
      id: "route",
      label: t("route"),
      hideBelow: "md",
      render: (row) => <JobRoute {...row} />,
    },
    {
      id: "createdAt",
      label: t("startedAt"),
      sort: "createdAt",
      hideBelow: "md",
      render: (row) => (
        <>
          <span className="whitespace-nowrap">
            <DateTime value={row.createdAt} />
          </span>
          <span className="block text-xs text-muted">{row.startedBy?.displayName ?? t("system")}</span>
        </>
      ),
    },
    {
      id: "duration",
      label: t("duration"),
      align: "end",
      hideBelow: "lg",
      render: (row) => {
        // A plan that waits for a word does not work.
        if (row.startedAt === null || row.state === "planned") return null;
        const endedAt = row.finishedAt === null ? now.getTime() : Date.parse(row.finishedAt);
        return (
          <span className="whitespace-nowrap">{formats.duration(endedAt - Date.parse(row.startedAt))}</span>
        );
      },
    },
    {
      id: "images",
      label: t("images"),
      align: "end",
      hideBelow: "md",
      render: (row) => <ImageCounts job={row} />,
    },
    {
      id: "bytes",
      label: t("bytes"),
      align: "end",
      hideBelow: "lg",
      render: (row) => (
        <span className="whitespace-nowrap">{isLookUp(row.kind) ? "–" : formats.bytes(row.doneBytes)}</span>
      ),
    },
  ];
  const filters: GridFilter[] = [
    {
      name: "state",
      label: tCommon("state"),
      options: [
        { value: unfinished, label: t("unfinished") },
        ...Object.values(JobState).map((state) => ({ value: state, label: tStates(state) })),
      ],
    },
    {
      name: "kind",
      label: t("kind"),
      options: Object.values(JobKind).map((kind) => ({ value: kind, label: t(`kinds.${kind}`) })),
    },
  ];
  if (organizations) {
    columns.splice(4, 0, {
      id: "organization",
      label: t("organization"),
      hideBelow: "lg",
      render: (row) => row.organization?.displayName ?? tCommon("provider"),
    });
    filters.push({
      name: "organization",
      label: t("organization"),
      options: organizations.map(({ id, displayName }) => ({ value: id, label: displayName })),
    });
  }
  return (
    <DataGrid
      label={t("title")}
      path="/jobs"
      query={gridQuery}
      page={page}
      columns={columns}
      filters={filters}
      rowKey={(row) => row.id}
      empty={
        <EmptyState
          title={t("empty")}
          action={
            mayStart && (
              <ButtonLink href="/jobs/new" variant="primary">
                {t("start")}
              </ButtonLink>
            )
          }
        >
          {organizations ? t("emptyHelp") : t("emptyTenant")}
        </EmptyState>
      }
    />
  );
}

function Releases({ releases }: Pick<JobSummary, "releases">) {
  return (
    <ul>
      {releases.map(({ id, name, version }) => (
        <li key={id}>{`${name} ${version}`}</li>
      ))}
    </ul>
  );
}

function ImageCounts({ job }: { job: JobSummary }) {
  const t = useTranslations("jobs");
  const { tasks } = job;
  return (
    <>
      <span className="whitespace-nowrap">
        {t("imagesDone", { done: countDone(tasks), total: countAll(tasks) })}
      </span>
      {tasks.failed > 0 && (
        <span className="block whitespace-nowrap text-danger">
          {t("imagesFailed", { count: tasks.failed })}
        </span>
      )}
    </>
  );
}
