import { useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { isEnded } from "#components/jobs/job-states.ts";
import type { JobSummary } from "#lib/services/jobs/index.ts";
import type { PublishPreview } from "#lib/services/publishing/index.ts";

interface PublishNotesProps {
  preview: PublishPreview;
  jobs: JobSummary[];
}

/** What has to be known before one publishes. */
export function PublishNotes({ preview: { plan, elsewhere }, jobs }: PublishNotesProps) {
  const t = useTranslations("publishing");
  const tJobs = useTranslations("jobs");
  const running = jobs.find(({ state }) => !isEnded(state));
  return (
    <>
      {running && (
        <Alert
          status="info"
          live="off"
          title={t("running", { name: tJobs("name", { number: running.number }) })}
          action={
            <ButtonLink href={`/jobs/${running.id}`}>{tJobs("name", { number: running.number })}</ButtonLink>
          }
        >
          {t("runningHelp")}
        </Alert>
      )}
      {plan !== null && plan.lackingSources > 0 && (
        <Alert status="warning" live="off" title={t("lackingSources", { count: plan.lackingSources })}>
          {t("lackingSourcesHelp")}
        </Alert>
      )}
      {elsewhere > 0 && (
        <Alert status="info" live="off" title={t("elsewhere", { count: elsewhere })}>
          {t("elsewhereHelp")}
        </Alert>
      )}
    </>
  );
}
