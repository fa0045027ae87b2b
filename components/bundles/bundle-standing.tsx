import { useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import type { BundleDetail } from "#lib/services/bundles/bundle-views.ts";

interface BundleStandingProps {
  bundle: BundleDetail;
  mayWrite: boolean;
}

/** What a bundle that cannot be used yet, or no more, waits for, and where that goes on. */
export function BundleStanding({ bundle: { id, state, jobs }, mayWrite }: BundleStandingProps) {
  const t = useTranslations("bundles.standing");
  const tJobs = useTranslations("jobs");
  const job = jobs.find(({ kind }) => kind === "export_bundle");
  const jobLink = job && (
    <ButtonLink href={`/jobs/${job.id}`}>{tJobs("name", { number: job.number })}</ButtonLink>
  );
  switch (state) {
    case "uploading":
      return (
        <Alert
          status="info"
          live="off"
          title={t("uploading")}
          action={mayWrite && <ButtonLink href={`/bundles/upload?bundle=${id}`}>{t("goOn")}</ButtonLink>}
        >
          {t("uploadingHelp")}
        </Alert>
      );
    case "writing":
      return job?.state === "planned" ? (
        <Alert status="info" live="off" title={t("planned")} action={jobLink}>
          {t("plannedHelp")}
        </Alert>
      ) : (
        <Alert status="info" live="off" title={t("writing")} action={jobLink}>
          {t("writingHelp")}
        </Alert>
      );
    case "unfinished":
      return (
        <Alert status="warning" live="off" title={t("unfinished")} action={jobLink}>
          {t("unfinishedHelp")}
        </Alert>
      );
    case "missing":
      return (
        <Alert status="danger" live="off" title={t("missing")}>
          {t("missingHelp")}
        </Alert>
      );
    case "unchecked":
    case "sound":
    case "damaged":
      return null;
  }
}
