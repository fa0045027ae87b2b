"use client";

import { useTranslations } from "next-intl";
import { GoneAlert } from "#components/layout/gone-alert.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { Card } from "#components/ui/card.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { useClock } from "#lib/i18n/use-clock.ts";
import { type DoctorRunDetail, formatAddress, groupBySteps, isGoing } from "#lib/schemas/doctor.ts";
import { DoctorRunActions } from "./doctor-run-actions.tsx";
import { DoctorRunDetails } from "./doctor-run-details.tsx";
import { DoctorSteps } from "./doctor-steps.tsx";
import { NodeCommands } from "./node-commands.tsx";
import { RunStateLabel } from "./run-state-label.tsx";
import { useDoctorRun } from "./use-doctor-run.ts";

interface LiveDoctorRunProps {
  run: DoctorRunDetail;
  mayRun: boolean;
}

/** An examination with what was seen so far, and more as it is seen. */
export function LiveDoctorRun({ run: initial, mayRun }: LiveDoctorRunProps) {
  const t = useTranslations("doctor");
  const { run, gone } = useDoctorRun(initial);
  // Whether it was at work does not matter then: it sees nothing more.
  const state = gone ? "failed" : run.state;
  return (
    <>
      <PageHeader
        title={t("runTitle", { address: formatAddress(run) })}
        trail={[{ href: "/doctor", label: t("title") }]}
        aside={!gone && <RunStateLabel run={run} />}
        actions={!gone && <DoctorRunActions run={run} mayRun={mayRun} />}
      />
      {gone ? (
        <GoneAlert title={t("gone")} list={{ href: "/doctor", name: t("title") }} />
      ) : (
        <Standing run={run} />
      )}
      <Card title={t("steps")} flush>
        <p className="border-b border-line px-4 py-3 text-compact text-muted">{t("stepsHelp")}</p>
        <DoctorSteps findings={run.findings} state={state} />
      </Card>
      {!isGoing(run) && <NodeCommands commands={run.commands} />}
      <DoctorRunDetails run={run} />
    </>
  );
}

const verdicts = {
  ok: { status: "success", text: "ok" },
  skipped: { status: "success", text: "ok" },
  notice: { status: "success", text: "ok" },
  warning: { status: "warning", text: "warning" },
  error: { status: "danger", text: "error" },
} as const;

/** The verdict in a sentence, or why there is none. */
function Standing({ run }: { run: DoctorRunDetail }) {
  const { state, worst, findings } = run;
  const t = useTranslations("doctor");
  const tSteps = useTranslations("doctorFindings.steps");
  if (state === "running") return null;
  if (state === "queued") return <WaitingForWorker since={run.createdAt} />;
  if (state === "failed") {
    return (
      <Alert status="danger" title={t("brokenOff")} live="polite">
        {t("brokenOffHelp")}
      </Alert>
    );
  }
  const { status, text } = verdicts[worst ?? "ok"];
  const steps = groupBySteps(findings.filter(({ severity }) => severity === text)).filter(
    (group) => group.findings.length > 0,
  );
  return (
    <Alert status={status} title={t(`verdicts.${text}`)} live="polite">
      {text !== "ok" && t("problemsIn", { steps: steps.map(({ step }) => tSteps(step)).join(", ") })}
    </Alert>
  );
}

/** A worker that is there takes a run up within a few seconds. */
const soonMs = 8_000;

function WaitingForWorker({ since }: { since: string }) {
  const t = useTranslations("doctor");
  const now = useClock(1_000);
  if (now.getTime() - Date.parse(since) < soonMs) return null;
  return (
    <Alert status="warning" title={t("waitingForWorker")} live="polite">
      {t("waitingForWorkerHelp")}
    </Alert>
  );
}
