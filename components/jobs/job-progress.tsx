import { useTranslations } from "next-intl";
import { formatGridHref } from "#components/datagrid/grid-href.ts";
import { Card } from "#components/ui/card.tsx";
import { Stat, StatGroup } from "#components/ui/stat.tsx";
import { Verdict } from "#lib/db/generated/enums.ts";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { JobSnapshot } from "#lib/services/jobs/index.ts";
import { JobProgressBar } from "./job-progress-bar.tsx";
import { roundTimeLeft } from "./job-shares.ts";
import { ListLink } from "./list-link.tsx";

/** How far a job is, with all its figures. */
export function JobProgress({ number, snapshot }: { number: number; snapshot: JobSnapshot }) {
  const t = useTranslations("jobs.progress");
  const { state } = snapshot;
  return (
    <Card title={t("title")}>
      <div className="space-y-4">
        <div className="space-y-1.5">
          <JobProgressBar number={number} snapshot={snapshot} />
          {state === "queued" && <p className="text-xs text-muted">{t("queuedHelp")}</p>}
          {state === "planning" && snapshot.kind !== "verify" && (
            <p className="text-xs text-muted">{t("planningHelp")}</p>
          )}
        </div>
        {snapshot.kind === "verify" ? (
          <VerdictStats snapshot={snapshot} />
        ) : (
          <CopyStats snapshot={snapshot} />
        )}
      </div>
    </Card>
  );
}

function VerdictStats({ snapshot: { verdicts, ...snapshot } }: { snapshot: JobSnapshot }) {
  const t = useTranslations("jobs.verdicts");
  const formats = useFormats();
  return (
    <StatGroup>
      {Object.values(Verdict).map((verdict) => (
        <Stat
          key={verdict}
          label={t(verdict)}
          value={formats.number(verdicts[verdict])}
          detail={t(`${verdict}Help`)}
        />
      ))}
      <ExtraStat snapshot={snapshot} />
    </StatGroup>
  );
}

function ExtraStat({ snapshot: { id, extras } }: { snapshot: Pick<JobSnapshot, "id" | "extras"> }) {
  const t = useTranslations("jobs.extras");
  const formats = useFormats();
  const { found, listed, unlisted } = extras;
  const count = formats.number(found);
  return (
    <Stat
      label={t("title")}
      value={
        listed + unlisted === 0 ? (
          "–"
        ) : found === 0 ? (
          count
        ) : (
          // As tall as the other figures, with room for a finger.
          <span className="block max-md:-my-2">
            <ListLink href={formatGridHref(`/jobs/${id}`, { list: "extra" })}>{count}</ListLink>
          </span>
        )
      }
      detail={unlisted > 0 ? t("unlistedCount", { count: unlisted }) : t("countHelp")}
    />
  );
}

function CopyStats({ snapshot }: { snapshot: JobSnapshot }) {
  const t = useTranslations("jobs.progress");
  const formats = useFormats();
  const { state, bytes, blobs } = snapshot;
  return (
    <StatGroup>
      <Stat label={t("present")} value={formats.number(blobs.present)} detail={t("presentHelp")} />
      <Stat label={t("mounted")} value={formats.number(blobs.mounted)} detail={t("mountedHelp")} />
      <Stat
        label={t("transferred")}
        value={formats.number(blobs.transferred)}
        detail={t("transferredHelp")}
      />
      <Stat label={t("received")} value={formats.bytes(bytes.received)} detail={t("receivedHelp")} />
      {state === "running" && (
        <>
          <Stat label={t("speed")} value={formats.bytesPerSecond(snapshot.bytesPerSecond)} />
          <Stat label={t("timeLeft")} value={formatTimeLeft(snapshot.secondsLeft)} />
        </>
      )}
    </StatGroup>
  );

  function formatTimeLeft(secondsLeft: number | null): string {
    return secondsLeft === null ? "–" : formats.duration(roundTimeLeft(secondsLeft) * 1000);
  }
}
