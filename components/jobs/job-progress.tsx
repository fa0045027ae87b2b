import { useTranslations } from "next-intl";
import { Card } from "#components/ui/card.tsx";
import { ProgressBar } from "#components/ui/progress-bar.tsx";
import { Stat, StatGroup } from "#components/ui/stat.tsx";
import type { Status } from "#components/ui/status.tsx";
import type { JobState } from "#lib/db/generated/enums.ts";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { JobSnapshot } from "#lib/services/jobs/index.ts";
import { jobShare, roundTimeLeft } from "./job-shares.ts";

const barStatus: Readonly<Record<JobState, Status>> = {
  queued: "neutral",
  planning: "info",
  planned: "info",
  running: "info",
  succeeded: "success",
  failed: "danger",
  cancelled: "neutral",
};

/** How far a job is: its planning by images, its copying by bytes. */
export function JobProgress({ number, snapshot }: { number: number; snapshot: JobSnapshot }) {
  const t = useTranslations("jobs.progress");
  const formats = useFormats();
  const line = useProgressLine(snapshot);
  const { state, bytes, blobs } = snapshot;
  const share = jobShare(snapshot);
  const moving = state === "planning" || state === "running";
  return (
    <Card title={t("title")}>
      <div className="space-y-4">
        <div className="space-y-1.5">
          <div className="flex flex-wrap items-baseline justify-between gap-x-4 text-compact tabular-nums">
            <p>{line}</p>
            {moving && share !== null && <p className="font-semibold">{formats.percent(share)}</p>}
          </div>
          <ProgressBar
            label={t("label", { number })}
            // Without a share, the bar of a job that has ended stands still.
            value={share ?? (state === "failed" || state === "cancelled" ? 0 : null)}
            max={1}
            status={barStatus[state]}
            {...(share !== null && { valueText: line })}
          />
          {state === "queued" && <p className="text-xs text-muted">{t("queuedHelp")}</p>}
          {state === "planning" && <p className="text-xs text-muted">{t("planningHelp")}</p>}
        </div>
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
      </div>
    </Card>
  );

  function formatTimeLeft(secondsLeft: number | null): string {
    return secondsLeft === null ? "–" : formats.duration(roundTimeLeft(secondsLeft) * 1000);
  }
}

/** The sentence over the bar. */
function useProgressLine({ state, plan, bytes }: JobSnapshot): string {
  const t = useTranslations("jobs.progress");
  const formats = useFormats();
  if (state === "queued") return t("queued");
  if (state === "planning") return t("planning", plan);
  // Nothing to transfer is good news only where the job came to that by itself.
  if (bytes.total === 0 && (state === "succeeded" || state === "running")) return t("nothing");
  return t("bytes", { done: formats.bytes(bytes.done), total: formats.bytes(bytes.total) });
}
