import { useTranslations } from "next-intl";
import { Card } from "#components/ui/card.tsx";
import { ProgressBar } from "#components/ui/progress-bar.tsx";
import { Stat, StatGroup } from "#components/ui/stat.tsx";
import type { Status } from "#components/ui/status.tsx";
import type { JobState } from "#lib/db/generated/enums.ts";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { JobSnapshot } from "#lib/services/jobs/index.ts";

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
export function JobProgressBar({ number, snapshot }: { number: number; snapshot: JobSnapshot }) {
  const t = useTranslations("jobs.progress");
  const formats = useFormats();
  const { line, value, max } = useProgressLine(snapshot);
  return (
    <div className="space-y-1.5">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 text-compact tabular-nums">
        <p>{line}</p>
        {snapshot.state === "running" && value !== null && max > 0 && (
          <p className="font-semibold">{formats.percent(value / max)}</p>
        )}
      </div>
      <ProgressBar
        label={t("label", { number })}
        value={value}
        max={max}
        status={barStatus[snapshot.state]}
        {...(value !== null && { valueText: line })}
      />
    </div>
  );
}

/** The bar with all figures beneath it. */
export function JobProgress({ number, snapshot }: { number: number; snapshot: JobSnapshot }) {
  const t = useTranslations("jobs.progress");
  const formats = useFormats();
  const { state, bytes, blobs } = snapshot;
  return (
    <Card title={t("title")}>
      <div className="space-y-4">
        <div className="space-y-1.5">
          <JobProgressBar number={number} snapshot={snapshot} />
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
              <Stat
                label={t("timeLeft")}
                value={snapshot.secondsLeft === null ? "–" : formats.duration(snapshot.secondsLeft * 1000)}
              />
            </>
          )}
        </StatGroup>
      </div>
    </Card>
  );
}

/** The sentence over the bar and what the bar shows; a null value is "not known yet". */
function useProgressLine({ state, plan, bytes }: JobSnapshot): {
  line: string;
  value: number | null;
  max: number;
} {
  const t = useTranslations("jobs.progress");
  const formats = useFormats();
  if (state === "queued") return { line: t("queued"), value: null, max: 0 };
  if (state === "planning") return { line: t("planning", plan), value: plan.resolved, max: plan.total };
  if (bytes.total === 0) {
    // Nothing to transfer is a full bar only where the job came to that by itself.
    const complete = state === "succeeded" || state === "running";
    return {
      line: complete ? t("nothing") : t("bytes", { done: formats.bytes(0), total: formats.bytes(0) }),
      value: complete ? 1 : 0,
      max: 1,
    };
  }
  const line = t("bytes", { done: formats.bytes(bytes.done), total: formats.bytes(bytes.total) });
  return { line, value: bytes.done, max: bytes.total };
}
