import { useTranslations } from "next-intl";
import { ProgressBar } from "#components/ui/progress-bar.tsx";
import type { Status } from "#components/ui/status.tsx";
import type { JobState } from "#lib/db/generated/enums.ts";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { JobSnapshot } from "#lib/services/jobs/index.ts";
import { activeProof, jobShare } from "./job-shares.ts";
import { countAll, countLookedAt, isLookUp } from "./job-states.ts";

const barStatus: Readonly<Record<JobState, Status>> = {
  queued: "neutral",
  planning: "info",
  planned: "info",
  running: "info",
  succeeded: "success",
  failed: "danger",
  cancelled: "neutral",
};

/** How far a job is: its planning by images, its copying and proving by bytes. */
export function JobProgressBar({ number, snapshot }: { number: number; snapshot: JobSnapshot }) {
  const t = useTranslations("jobs.progress");
  const formats = useFormats();
  const line = useProgressLine(snapshot);
  const { state } = snapshot;
  const share = jobShare(snapshot);
  const moving = state === "planning" || state === "running";
  return (
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
    </div>
  );
}

/** The sentence over the bar. */
function useProgressLine(snapshot: JobSnapshot): string {
  const { kind, state, plan, bytes, tasks, deletions } = snapshot;
  const t = useTranslations("jobs.progress");
  const tPruning = useTranslations("pruning.progress");
  const formats = useFormats();
  if (state === "queued") return t("queued");
  const proof = activeProof(snapshot);
  if (proof) {
    const sizes = { done: formats.bytes(proof.done), total: formats.bytes(proof.total) };
    return t(kind === "import_bundle" ? "checkingBundle" : "provingBundle", sizes);
  }
  if (isLookUp(kind)) {
    if (countAll(tasks) === 0) return t(state === "planning" ? "finding" : "foundNothing");
    return t("lookedUp", { done: countLookedAt(snapshot), total: countAll(tasks) });
  }
  if (kind === "verify" && state === "planning") return t("listing", plan);
  if (kind === "verify") return t("compared", { done: countLookedAt(snapshot), total: countAll(tasks) });
  if (kind === "prune") {
    if (state === "planning") return tPruning("planning", plan);
    return deletions.total === 0 ? tPruning("nothing") : tPruning("deleting", deletions);
  }
  if (state === "planning") return t("planning", plan);
  // Nothing to transfer is good news only where the job came to that by itself.
  if (bytes.total === 0 && (state === "succeeded" || state === "running")) {
    return t(kind === "export_bundle" ? "nothingToExport" : "nothing");
  }
  return t("bytes", { done: formats.bytes(bytes.done), total: formats.bytes(bytes.total) });
}
