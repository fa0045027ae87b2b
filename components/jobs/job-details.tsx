import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Card } from "#components/ui/card.tsx";
import { Code } from "#components/ui/code.tsx";
import { type Description, DescriptionList } from "#components/ui/description-list.tsx";
import { Link } from "#components/ui/link.tsx";
import { DateTime } from "#components/ui/time.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { JobDetail, JobSnapshot } from "#lib/services/jobs/index.ts";
import { isLookUp } from "./job-states.ts";
import { useJobKindText } from "./use-job-kind-text.ts";
import { useJobOptionText } from "./use-job-option-text.ts";

interface JobDetailsProps {
  job: JobDetail;
  snapshot: JobSnapshot;
  /** Whether the reader may see registries and bundles themselves. */
  linkPlaces: boolean;
}

/** What a job copies, from where to where, and who started it. */
export function JobDetails({ job, snapshot, linkPlaces }: JobDetailsProps) {
  const t = useTranslations("jobs");
  const tCommon = useTranslations("common");
  const formats = useFormats();
  const optionText = useJobOptionText();
  const kindText = useJobKindText();
  const { startedAt, finishedAt } = snapshot;
  const items: Description[] = [
    { label: t("kind"), value: kindText(job) },
    ...(job.releases.length === 0
      ? []
      : [{ label: t("releases"), value: <Releases releases={job.releases} /> }]),
    // What is taken away comes from nowhere.
    ...(job.kind === "prune"
      ? []
      : [
          {
            label: t("source"),
            value:
              job.kind === "import_bundle" ? (
                <JobBundle bundle={snapshot.bundle} linked={linkPlaces} />
              ) : isLookUp(job.kind) ? (
                <LookUpSource releases={job.releases} />
              ) : (
                ((job.source && <Place place={job.source} linked={linkPlaces} />) ?? t("ownRegistries"))
              ),
          },
        ]),
    // Nothing goes anywhere.
    ...(isLookUp(job.kind)
      ? []
      : [
          {
            label: t("target"),
            value:
              job.kind === "export_bundle" ? (
                <JobBundle bundle={snapshot.bundle} linked={linkPlaces} />
              ) : (
                job.target && <Place place={job.target} folder={job.folder} linked={linkPlaces} />
              ),
          },
        ]),
    // Of a bundle, all that it has is imported.
    ...(job.kind === "import_bundle" || job.kind === "prune" || isLookUp(job.kind)
      ? []
      : [
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
        ]),
    ...(job.written === null
      ? []
      : [{ label: t("bundle.written"), value: <Written written={job.written} linked={linkPlaces} /> }]),
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

function Releases({ releases }: Pick<JobDetail, "releases">) {
  return (
    <ul>
      {releases.map(({ id, name, version }) => (
        <li key={id}>
          <Link href={`/catalog/${id}`} className="link">
            {`${name} ${version}`}
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** Where a release is looked for; the images of a list are asked for where the list says. */
function LookUpSource({ releases }: Pick<JobDetail, "releases">) {
  const t = useTranslations("jobs");
  const sources = releases.map(({ source }) => source).filter((source) => source !== "");
  return sources.length === 0 ? t("ownRegistries") : <Code>{sources.join(", ")}</Code>;
}

interface WrittenProps {
  written: NonNullable<JobDetail["written"]>;
  linked: boolean;
}

/** How the bundle of an export is written. */
function Written({ written: { format, extraFiles, volumeBytes, sign, base }, linked }: WrittenProps) {
  const t = useTranslations("jobs.bundle");
  const tFormats = useTranslations("bundles.formats");
  const formats = useFormats();
  // Tars have nothing more to be told of.
  if (format !== "drayage") return tFormats(format);
  return (
    <ul>
      <li>{tFormats(format)}</li>
      <li>{volumeBytes === null ? t("oneFile") : t("volumes", { size: formats.bytes(volumeBytes) })}</li>
      {base && (
        <li>
          {t.rich("since", {
            name: base.name,
            bundle: (name) => <BundleName id={base.id} linked={linked} name={name} />,
          })}
        </li>
      )}
      <li>{t(sign ? "signed" : "unsigned")}</li>
      {extraFiles.length > 0 && (
        <li className="wrap-anywhere">
          {t("extraFiles", { count: extraFiles.length, names: extraFiles.join(", ") })}
        </li>
      )}
    </ul>
  );
}

function JobBundle({ bundle, linked }: Pick<JobSnapshot, "bundle"> & { linked: boolean }) {
  const t = useTranslations("jobs.bundle");
  if (bundle === null) return t("deleted");
  return t.rich("link", {
    name: bundle.name,
    bundle: (name) => <BundleName id={bundle.id} linked={linked} name={name} />,
  });
}

function BundleName({ id, linked, name }: { id: string; linked: boolean; name: ReactNode }) {
  if (!linked) return <span className="wrap-anywhere">{name}</span>;
  return (
    <Link href={`/bundles/${id}`} className="wrap-anywhere link">
      {name}
    </Link>
  );
}

interface PlaceProps {
  place: NonNullable<JobDetail["source"]>;
  /** Below the base path. */
  folder?: string;
  linked: boolean;
}

function Place({ place, folder = "", linked }: PlaceProps) {
  const { registryId, name, host, basePath } = place;
  const path = [host, basePath, folder].filter((part) => part !== "").join("/");
  return (
    <>
      {linked ? (
        <Link href={`/registries/${registryId}`} className="link">
          {name}
        </Link>
      ) : (
        name
      )}{" "}
      <Code className="text-muted">{path}</Code>
    </>
  );
}
