import { useTranslations } from "next-intl";
import { formatGridHref } from "#components/datagrid/grid-href.ts";
import { Card } from "#components/ui/card.tsx";
import { Stat, StatGroup } from "#components/ui/stat.tsx";
import { type JobKind, Verdict } from "#lib/db/generated/enums.ts";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { JobSnapshot } from "#lib/services/jobs/index.ts";
import { JobProgressBar } from "./job-progress-bar.tsx";
import { activeProof, roundTimeLeft } from "./job-shares.ts";
import { countAll, countDone, isLookUp } from "./job-states.ts";
import { ListLink } from "./list-link.tsx";
import { PruneStats } from "./prune-stats.tsx";

interface JobProgressProps {
  number: number;
  snapshot: JobSnapshot;
  /** `host[:port]` that the job writes to; empty when to none. */
  registry: string;
}

/** How far a job is, with all its figures. */
export function JobProgress({ number, snapshot, registry }: JobProgressProps) {
  const t = useTranslations("jobs.progress");
  return (
    <Card title={t("title")}>
      <div className="space-y-4">
        <div className="space-y-1.5">
          <JobProgressBar number={number} snapshot={snapshot} />
          <PhaseHelp snapshot={snapshot} />
        </div>
        <Figures snapshot={snapshot} registry={registry} />
      </div>
    </Card>
  );
}

function Figures({ snapshot, registry }: Omit<JobProgressProps, "number">) {
  if (snapshot.kind === "prune") return <PruneStats snapshot={snapshot} registry={registry} />;
  if (snapshot.kind === "verify") return <VerdictStats snapshot={snapshot} />;
  if (isLookUp(snapshot.kind)) return <LookUpStats snapshot={snapshot} />;
  return <CopyStats snapshot={snapshot} />;
}

function LookUpStats({ snapshot: { tasks } }: { snapshot: JobSnapshot }) {
  const t = useTranslations("jobs.lookUp");
  const formats = useFormats();
  if (countAll(tasks) === 0) return null;
  return (
    <StatGroup>
      <Stat label={t("found")} value={formats.number(countAll(tasks))} detail={t("foundHelp")} />
      <Stat label={t("resolved")} value={formats.number(countDone(tasks))} detail={t("resolvedHelp")} />
      <Stat label={t("unresolved")} value={formats.number(tasks.failed)} detail={t("unresolvedHelp")} />
    </StatGroup>
  );
}

/** What is being done now, where the line over the bar does not say it all. */
function PhaseHelp({ snapshot }: { snapshot: JobSnapshot }) {
  const t = useTranslations("jobs.progress");
  const tPruning = useTranslations("pruning.progress");
  const { kind, state, waitsForStore } = snapshot;
  const look = "text-xs text-muted";
  if (state === "queued") return waitsForStore === null && <p className={look}>{t("queuedHelp")}</p>;
  if (activeProof(snapshot) !== null) {
    return <p className={look}>{t(kind === "import_bundle" ? "checkingBundleHelp" : "provingBundleHelp")}</p>;
  }
  if (state !== "planning" || kind === "verify") return null;
  if (kind === "prune") return <p className={look}>{tPruning("planningHelp")}</p>;
  return <p className={look}>{t(planningHelp[kind] ?? "planningHelp")}</p>;
}

const planningHelp: Partial<
  Record<JobKind, "planningExportHelp" | "planningImportHelp" | "planningLookUpHelp">
> = {
  export_bundle: "planningExportHelp",
  import_bundle: "planningImportHelp",
  refresh_catalog: "planningLookUpHelp",
};

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
  const { kind, state, bytes, blobs } = snapshot;
  const exports = kind === "export_bundle";
  return (
    <StatGroup>
      <Stat
        label={t("present")}
        value={formats.number(blobs.present)}
        detail={t(exports ? "presentInBundleHelp" : "presentHelp")}
      />
      {!exports && (
        <Stat label={t("mounted")} value={formats.number(blobs.mounted)} detail={t("mountedHelp")} />
      )}
      <Stat
        label={t("transferred")}
        value={formats.number(blobs.transferred)}
        detail={t(exports ? "writtenHelp" : "transferredHelp")}
      />
      <Stat
        label={t("received")}
        value={formats.bytes(bytes.received)}
        detail={t(kind === "import_bundle" ? "receivedFromBundleHelp" : "receivedHelp")}
      />
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
