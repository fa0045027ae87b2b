import { useTranslations } from "next-intl";
import { GarbageNote } from "#components/pruning/garbage-note.tsx";
import { QueryFailure } from "#components/query/query-failure.tsx";
import { Stat, StatGroup } from "#components/ui/stat.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { JobSnapshot } from "#lib/services/jobs/index.ts";
import { usePruneSummary } from "./use-prune-summary.ts";

/** What a clean-up has done, and what it could not. */
export function PruneStats({ snapshot, registry }: { snapshot: JobSnapshot; registry: string }) {
  const t = useTranslations("pruning.figures");
  const formats = useFormats();
  const { data: summary, error, refetch } = usePruneSummary(snapshot);
  if (!summary && error) return <QueryFailure error={error} onRetry={() => void refetch()} />;
  if (!summary || summary.images.total === 0) return null;
  const { images, deletions } = summary;
  const failed = deletions.refused + deletions.tag_stays + deletions.unclear;
  return (
    <>
      <StatGroup>
        <Stat
          label={t("done")}
          value={formats.number(deletions.deleted)}
          detail={t("doneHelp", { count: deletions.absent })}
        />
        <Stat label={t("held")} value={formats.number(deletions.kept)} detail={t("heldHelp")} />
        <Stat label={t("failed")} value={formats.number(failed)} detail={failed > 0 && t("failedHelp")} />
        <Stat label={t("removed")} value={formats.number(images.removed)} />
        <Stat label={t("released")} value={formats.number(images.released)} detail={t("releasedHelp")} />
        <Stat label={t("left")} value={formats.number(images.left)} detail={t("leftHelp")} />
      </StatGroup>
      <GarbageNote registry={registry} deletion={summary.deletion} />
    </>
  );
}
