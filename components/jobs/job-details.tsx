import { useTranslations } from "next-intl";
import Link from "next/link";
import { Card } from "#components/ui/card.tsx";
import { Code } from "#components/ui/code.tsx";
import { type Description, DescriptionList } from "#components/ui/description-list.tsx";
import { DateTime } from "#components/ui/time.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { JobDetail, JobSnapshot } from "#lib/services/jobs/index.ts";
import { useJobOptionText } from "./use-job-option-text.ts";

interface JobDetailsProps {
  job: JobDetail;
  snapshot: JobSnapshot;
  /** Whether the reader may see the registries themselves. */
  linkRegistries: boolean;
}

/** What a job copies, from where to where, and who started it. */
export function JobDetails({ job, snapshot, linkRegistries }: JobDetailsProps) {
  const t = useTranslations("jobs");
  const tCommon = useTranslations("common");
  const formats = useFormats();
  const optionText = useJobOptionText();
  const { startedAt, finishedAt } = snapshot;
  const items: Description[] = [
    { label: t("kind"), value: t(`kinds.${job.kind}`) },
    {
      label: t("releases"),
      value: (
        <ul>
          {job.releases.map((release) => (
            <li key={release.id}>
              <Link href={`/catalog/${release.id}`} className="link">
                {`${release.name} ${release.version}`}
              </Link>
            </li>
          ))}
        </ul>
      ),
    },
    { label: t("source"), value: <Place place={job.source} linked={linkRegistries} /> },
    { label: t("target"), value: <Place place={job.target} linked={linkRegistries} /> },
    {
      label: t("options.title"),
      value: (
        <ul>
          {optionText(job).map((text) => (
            <li key={text}>{text}</li>
          ))}
          {job.readBlobs && <li>{t("verify.readsBlobs")}</li>}
        </ul>
      ),
    },
    { label: t("organization"), value: job.organization?.displayName ?? tCommon("provider") },
    { label: t("startedBy"), value: job.startedBy?.displayName ?? t("system") },
    { label: t("createdAt"), value: <DateTime value={job.createdAt} /> },
    ...(finishedAt === null ? [] : [{ label: t("finishedAt"), value: <DateTime value={finishedAt} /> }]),
    ...(startedAt === null || finishedAt === null
      ? []
      : [{ label: t("duration"), value: formats.duration(Date.parse(finishedAt) - Date.parse(startedAt)) }]),
  ];
  return (
    <Card title={t("details")}>
      <DescriptionList items={items} />
    </Card>
  );
}

function Place({ place, linked }: { place: JobDetail["source"]; linked: boolean }) {
  if (place === null) return null;
  const { registryId, name, host, basePath } = place;
  return (
    <>
      {linked ? (
        <Link href={`/registries/${registryId}`} className="link">
          {name}
        </Link>
      ) : (
        name
      )}{" "}
      <Code className="text-muted">{basePath === "" ? host : `${host}/${basePath}`}</Code>
    </>
  );
}
