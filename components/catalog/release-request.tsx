import { useTranslations } from "next-intl";
import { Card } from "#components/ui/card.tsx";
import { Code } from "#components/ui/code.tsx";
import { type Description, DescriptionList } from "#components/ui/description-list.tsx";
import { Link } from "#components/ui/link.tsx";
import { DateTime } from "#components/ui/time.tsx";
import type { ReleaseRequest } from "#lib/schemas/discoveries.ts";
import type { ReleaseDetail } from "#lib/schemas/releases.ts";

/** What the panel looks for to find out what a release is made of, where, and when it last did. */
export function ReleaseRequestCard({ release }: { release: ReleaseDetail }) {
  const t = useTranslations("catalog.request");
  const describe = useRequestDescription();
  const { request, source, refreshedAt, refresh } = release;
  if (request === null && refreshedAt === null && refresh === null) return null;
  const items: Description[] = [
    ...(request === null ? [] : [{ label: t("source"), value: <Code>{source}</Code> }, ...describe(request)]),
    { label: t("refreshedAt"), value: <LastRefresh release={release} /> },
  ];
  return (
    <Card title={t("title")}>
      <DescriptionList items={items} />
    </Card>
  );
}

function LastRefresh({ release: { refreshedAt, refresh } }: { release: ReleaseDetail }) {
  const t = useTranslations("catalog.request");
  return (
    <span className="flex flex-wrap gap-x-3">
      {refreshedAt === null ? t("never") : <DateTime value={refreshedAt} />}
      {refresh !== null && (
        <Link href={`/jobs/${refresh.jobId}`} className="link">
          {t("jobNumber", { number: refresh.number })}
        </Link>
      )}
    </span>
  );
}

function useRequestDescription(): (request: ReleaseRequest) => Description[] {
  const t = useTranslations("catalog.request");
  return (request) => {
    switch (request.kind) {
      case "getting_started_airgapped":
        return [{ label: t("image"), value: <Code>{`getting-started-airgapped:${request.tag}`}</Code> }];
      case "tkg":
        return [
          { label: t("tkgVersion"), value: <Code>{request.version}</Code> },
          {
            label: t("kubernetesReleases"),
            value: <Names names={request.kubernetesReleases} none={t("allKubernetesReleases")} />,
          },
          { label: t("infrastructures"), value: <Names names={request.infrastructures} none="" /> },
        ];
      case "tanzu_plugins": {
        const { groups, plugins, machines } = request;
        const isAll = groups.length === 0 && plugins.length === 0;
        return [
          ...(groups.length === 0 && !isAll
            ? []
            : [{ label: t("groups"), value: <Names names={groups} none={t("allPlugins")} /> }]),
          ...(plugins.length === 0
            ? []
            : [{ label: t("plugins"), value: <Names names={plugins} none="" /> }]),
          { label: t("machines"), value: <Names names={machines} none={t("allMachines")} /> },
        ];
      }
    }
  };
}

function Names({ names, none }: { names: readonly string[]; none: string }) {
  if (names.length === 0) return none;
  return (
    <ul>
      {names.map((name) => (
        <li key={name}>
          <Code>{name}</Code>
        </li>
      ))}
    </ul>
  );
}
