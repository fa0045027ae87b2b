import { useTranslations } from "next-intl";
import { JobStateLabel } from "#components/jobs/job-state-label.tsx";
import { Card } from "#components/ui/card.tsx";
import { Code } from "#components/ui/code.tsx";
import { DescriptionList } from "#components/ui/description-list.tsx";
import { RelativeTime } from "#components/ui/time.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { JobSummary } from "#lib/services/jobs/index.ts";
import type { PublishingState } from "#lib/services/publishing/index.ts";
import { formatPlace } from "#components/registries/format-place.ts";
import { Link } from "#components/ui/link.tsx";

interface PublishingCardProps {
  /** Name of the organization. */
  organization: string;
  publishing: PublishingState;
  lastRun: JobSummary | undefined;
}

/** How an organization's publishing stands. */
export function PublishingCard({ organization, publishing, lastRun }: PublishingCardProps) {
  const t = useTranslations("publishing.card");
  const formats = useFormats();
  const { destination, publishedImages } = publishing;
  return (
    <Card
      title={t("title")}
      aside={
        <Link href={`/organizations/${organization}/publish`} className="text-compact link">
          {t("open")}
        </Link>
      }
    >
      <DescriptionList
        items={[
          { label: t("images"), value: formats.number(publishedImages) },
          {
            label: t("destination"),
            value: destination ? <Code>{formatPlace(destination)}</Code> : t("noDestination"),
          },
          { label: t("last"), value: lastRun ? <Run job={lastRun} /> : t("never") },
        ]}
      />
    </Card>
  );
}

function Run({ job: { id, number, kind, state, cancelling, finishedAt, createdAt } }: { job: JobSummary }) {
  const t = useTranslations("jobs");
  return (
    <span className="flex flex-wrap items-center gap-x-3">
      <Link href={`/jobs/${id}`} className="link">
        {t("name", { number })}
      </Link>
      <JobStateLabel kind={kind} state={state} cancelling={cancelling} />
      <span className="text-muted">
        <RelativeTime value={finishedAt ?? createdAt} />
      </span>
    </span>
  );
}
