import { Clock, LoaderCircle, type LucideIcon, Pause } from "lucide-react";
import { useTranslations } from "next-intl";
import { StatusLabel } from "#components/ui/badge.tsx";
import type { Status } from "#components/ui/status.tsx";
import type { JobKind, JobState } from "#lib/db/generated/enums.ts";
import { useJobStateText } from "./use-job-state-text.ts";

interface Look {
  status: Status;
  icon?: LucideIcon;
  busy?: boolean;
}

const looks: Readonly<Record<JobState, Look>> = {
  queued: { status: "neutral", icon: Clock },
  planning: { status: "info", icon: LoaderCircle, busy: true },
  planned: { status: "warning", icon: Pause },
  running: { status: "info", icon: LoaderCircle, busy: true },
  succeeded: { status: "success" },
  failed: { status: "danger" },
  cancelled: { status: "neutral" },
};

interface JobStateLabelProps {
  kind: JobKind;
  state: JobState;
  cancelling: boolean;
}

export function JobStateLabel({ kind, state, cancelling }: JobStateLabelProps) {
  const stateText = useJobStateText();
  const tJobs = useTranslations("jobs");
  return (
    <StatusLabel {...looks[state]} className="font-medium whitespace-nowrap">
      {cancelling ? tJobs("cancelling") : stateText(kind, state)}
    </StatusLabel>
  );
}
