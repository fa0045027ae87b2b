import { useTranslations } from "next-intl";
import { DataGrid } from "#components/datagrid/data-grid.tsx";
import type { GridColumn } from "#components/datagrid/grid-column.ts";
import { Badge, StatusLabel } from "#components/ui/badge.tsx";
import { Code } from "#components/ui/code.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { Page } from "#lib/schemas/list-query.ts";
import { componentFindings, type ComponentListQuery, type ComponentRow } from "#lib/schemas/releases.ts";
import { OriginLabel } from "#components/paths/origin-label.tsx";
import { ComponentSource } from "./component-source.tsx";
import { shortDigest } from "./short-digest.ts";

interface ComponentsGridProps {
  releaseId: string;
  page: Page<ComponentRow>;
  query: ComponentListQuery;
  /** Why a release may have none at all. */
  emptyHelp: string;
}

/** The lines of a release. */
export function ComponentsGrid({ releaseId, page, query, emptyHelp }: ComponentsGridProps) {
  const t = useTranslations("catalog");
  const formats = useFormats();
  const columns: GridColumn<ComponentRow>[] = [
    {
      id: "position",
      label: "#",
      sort: "position",
      align: "end",
      width: "3rem",
      hideBelow: "md",
      render: (row) => <span className="text-muted">{row.position}</span>,
    },
    {
      id: "source",
      label: t("source"),
      sort: "source",
      rowHeader: true,
      breakAnywhere: true,
      width: "36%",
      render: (row) => <ComponentSource component={row} />,
    },
    {
      id: "kind",
      label: t("kind"),
      hideBelow: "md",
      render: (row) => <Badge status={row.kind === "bundle" ? "info" : "neutral"}>{t(row.kind)}</Badge>,
    },
    {
      id: "enabled",
      label: t("filterEnabled"),
      render: (row) => (
        <StatusLabel status={row.enabled ? "success" : "neutral"} className="whitespace-nowrap">
          {row.enabled ? t("enabled") : t("disabled")}
        </StatusLabel>
      ),
    },
    {
      id: "target",
      label: t("target"),
      sort: "target",
      hideBelow: "lg",
      breakAnywhere: true,
      width: "26%",
      render: (row) => <Targets {...row} />,
    },
    {
      id: "size",
      label: t("size"),
      sort: "size",
      align: "end",
      hideBelow: "md",
      render: (row) => (
        <span className="whitespace-nowrap">
          {row.sizeBytes === null ? "–" : formats.bytes(row.sizeBytes)}
        </span>
      ),
    },
    {
      id: "platforms",
      label: t("platforms"),
      hideBelow: "lg",
      render: (row) => <Platforms platforms={row.platforms} />,
    },
    {
      id: "digest",
      label: t("digest"),
      hideBelow: "lg",
      render: (row) => <ShortDigest digest={row.digest ?? row.resolvedDigest} />,
    },
  ];
  return (
    <DataGrid
      label={t("components")}
      path={`/catalog/${releaseId}`}
      query={query}
      page={page}
      columns={columns}
      rowKey={(row) => row.id}
      filters={[
        {
          name: "kind",
          label: t("kind"),
          options: [
            { value: "image", label: t("image") },
            { value: "bundle", label: t("bundle") },
          ],
        },
        {
          name: "enabled",
          label: t("filterEnabled"),
          options: [
            { value: "yes", label: t("enabled") },
            { value: "no", label: t("disabled") },
          ],
        },
        {
          name: "finding",
          label: t("finding"),
          options: componentFindings.map((value) => ({ value, label: t(`findingOf.${value}`) })),
        },
      ]}
      empty={<EmptyState title={t("noComponents")}>{emptyHelp}</EmptyState>}
    />
  );
}

/** One image may have several places below the base path. */
function Targets({ targetPath, moreTargets, inferredTargets }: ComponentRow) {
  const t = useTranslations("catalog");
  if (moreTargets.length === 0) return <Code>{targetPath}</Code>;
  return (
    <>
      <Code>{targetPath}</Code>
      <ul aria-label={t("moreTargets")}>
        {moreTargets.map((target) => (
          <li key={target}>
            <Code className="text-muted">{target}</Code>{" "}
            {inferredTargets.includes(target) && <OriginLabel origin="inferred" />}
          </li>
        ))}
      </ul>
    </>
  );
}

function Platforms({ platforms }: { platforms: readonly string[] }) {
  return (
    <ul className="text-xs whitespace-nowrap">
      {platforms.map((platform) => (
        <li key={platform}>{platform}</li>
      ))}
    </ul>
  );
}

/** The first characters, as container tools print them; all of them on hover. */
function ShortDigest({ digest }: { digest: string | null }) {
  if (digest === null) return null;
  return (
    <span title={digest} className="font-mono text-xs whitespace-nowrap">
      {shortDigest(digest)}
    </span>
  );
}
