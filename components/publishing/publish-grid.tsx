import { useTranslations } from "next-intl";
import { DataGrid } from "#components/datagrid/data-grid.tsx";
import type { GridColumn } from "#components/datagrid/grid-column.ts";
import { ReadFrom } from "#components/start-job/read-from.tsx";
import { shortDigest } from "#components/catalog/short-digest.ts";
import { StatusLabel } from "#components/ui/badge.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { Code } from "#components/ui/code.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import type { Status } from "#components/ui/status.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import { type PublishQuery, PublishState } from "#lib/schemas/publishing.ts";
import type { PublishPlan, PublishRow } from "#lib/services/publishing/index.ts";

const statusOf: Readonly<Record<PublishState, Status>> = {
  new: "info",
  changed: "warning",
  present: "success",
  unselected: "neutral",
};

interface PublishGridProps {
  /** Name of the organization. */
  organization: string;
  rows: PublishPlan["rows"];
  query: PublishQuery;
}

/** Each image with where it is read, where it goes, and how it stands there. */
export function PublishGrid({ organization, rows, query }: PublishGridProps) {
  const t = useTranslations("publishing");
  const tJobs = useTranslations("jobs");
  const tTasks = useTranslations("jobs.tasks");
  const formats = useFormats();
  const gridQuery = { ...query, state: query.state.join() };
  const columns: GridColumn<PublishRow>[] = [
    {
      id: "source",
      label: tJobs("source"),
      sort: "original",
      breakAnywhere: true,
      render: ({ source, original }) =>
        source === null ? (
          <>
            <span className="text-muted">{t("noSource")}</span>
            {original !== null && (
              <p className="text-xs text-muted">
                <Code>{original}</Code>
              </p>
            )}
          </>
        ) : (
          <ReadFrom source={source} original={original} />
        ),
    },
    {
      id: "target",
      label: tJobs("target"),
      sort: "target",
      rowHeader: true,
      breakAnywhere: true,
      render: ({ target }) => <Code>{target}</Code>,
    },
    {
      id: "state",
      label: t("state"),
      sort: "state",
      render: (row) => (
        <>
          <StatusLabel status={statusOf[row.state]} className="md:whitespace-nowrap">
            {t(`states.${row.state}`)}
          </StatusLabel>
          <StateNote row={row} />
        </>
      ),
    },
    {
      id: "size",
      label: tTasks("size"),
      sort: "size",
      align: "end",
      hideBelow: "md",
      render: ({ sizeBytes }) => (
        <span className="whitespace-nowrap">{sizeBytes === null ? "–" : formats.bytes(sizeBytes)}</span>
      ),
    },
  ];
  return (
    <DataGrid
      label={t("images")}
      path={`/organizations/${organization}/publish`}
      query={gridQuery}
      page={rows}
      columns={columns}
      filters={[
        {
          name: "state",
          label: t("state"),
          options: Object.values(PublishState).map((state) => ({
            value: state,
            label: t(`states.${state}`),
          })),
        },
      ]}
      rowKey={({ id }) => id}
      empty={
        <EmptyState
          title={t("nothingSelected")}
          action={
            <ButtonLink href={`/organizations/${organization}/selection`} variant="primary">
              {t("toSelection")}
            </ButtonLink>
          }
        >
          {t("nothingSelectedHelp")}
        </EmptyState>
      }
    />
  );
}

function StateNote({ row: { state, standingDigest, lacksSource, neededByOthers } }: { row: PublishRow }) {
  const t = useTranslations("publishing");
  const note =
    state === "unselected"
      ? t(neededByOthers ? "othersNeed" : "stays")
      : state === "changed" && standingDigest !== null
        ? t.rich("standing", {
            digest: shortDigest(standingDigest),
            code: (chunks) => <Code>{chunks}</Code>,
          })
        : null;
  return (
    <>
      {note !== null && <p className="text-xs text-muted">{note}</p>}
      {lacksSource && state !== "present" && <p className="text-xs text-muted">{t("lacksSource")}</p>}
    </>
  );
}
