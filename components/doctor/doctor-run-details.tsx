import { useTranslations } from "next-intl";
import { Card } from "#components/ui/card.tsx";
import { Code } from "#components/ui/code.tsx";
import { type Description, DescriptionList } from "#components/ui/description-list.tsx";
import { Link } from "#components/ui/link.tsx";
import { DateTime } from "#components/ui/time.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import { type DoctorRunDetail, formatAddress } from "#lib/schemas/doctor.ts";

/** What a run was asked, by whom, and who has carried it out. */
export function DoctorRunDetails({ run }: { run: DoctorRunDetail }) {
  const t = useTranslations("doctor");
  const formats = useFormats();
  const { registry, cloudDirector, tried, startedAt, finishedAt, workerName } = run;
  const tookMs =
    startedAt === null || finishedAt === null ? null : Date.parse(finishedAt) - Date.parse(startedAt);
  const items: Description[] = [
    { label: t("target"), value: <Code>{formatAddress(run)}</Code> },
    ...(registry === null
      ? []
      : [
          {
            label: t("stored"),
            value: (
              <Link href={`/registries/${registry.id}`} className="link">
                {registry.name}
              </Link>
            ),
          },
        ]),
    ...(cloudDirector === null ? [] : [{ label: t("cloudDirector"), value: <Code>{cloudDirector}</Code> }]),
    ...(tried.length === 0 ? [] : [{ label: t("tried"), value: tried.join(", ") }]),
    { label: t("askedBy"), value: t(`askedByNames.${run.askedBy}`) },
    { label: t("by"), value: run.createdByName },
    { label: t("when"), value: <DateTime value={run.createdAt} /> },
    ...(workerName === null ? [] : [{ label: t("worker"), value: <Code>{workerName}</Code> }]),
    ...(tookMs === null ? [] : [{ label: t("duration"), value: formats.duration(tookMs) }]),
  ];
  return (
    <Card title={t("details")}>
      <DescriptionList items={items} />
    </Card>
  );
}
