import { CircleDashed, LoaderCircle } from "lucide-react";
import { useTranslations } from "next-intl";
import { classNames } from "#components/ui/class-names.ts";
import { statusColors, statusIcons } from "#components/ui/status.tsx";
import type { DoctorState } from "#lib/db/generated/enums.ts";
import { type FindingView, groupBySteps, isGoing, listUnknownSteps, worstOf } from "#lib/schemas/doctor.ts";
import { DoctorFinding } from "./doctor-finding.tsx";
import { severityStatus } from "./severity-label.tsx";

interface DoctorStepsProps {
  findings: readonly FindingView[];
  /** As long as it is going, more is to come. */
  state: DoctorState;
}

/** The walk of the doctor, step by step, with what was seen in each so far. */
export function DoctorSteps({ findings, state }: DoctorStepsProps) {
  const t = useTranslations("doctor");
  const groups = groupBySteps(findings);
  const last = groups.findLastIndex((group) => group.findings.length > 0);
  // A step that has begun may see more; which one is at work is known only by what was seen last.
  const current = state === "running" ? Math.max(last, 0) : -1;
  const shown = isGoing({ state }) ? groups : groups.filter((group) => group.findings.length > 0);
  return (
    <ol aria-label={t("steps")}>
      {shown.map((group) => (
        <StepItem
          key={group.step}
          number={groups.indexOf(group) + 1}
          step={group.step}
          findings={group.findings}
          looking={groups.indexOf(group) === current}
        />
      ))}
      {listUnknownSteps(findings).map((group) => (
        <StepItem
          key={group.step}
          number={null}
          step={group.step}
          findings={group.findings}
          looking={false}
        />
      ))}
    </ol>
  );
}

interface StepItemProps {
  number: number | null;
  step: string;
  findings: readonly FindingView[];
  looking: boolean;
}

function StepItem({ number, step, findings, looking }: StepItemProps) {
  const t = useTranslations("doctor");
  const tSteps = useTranslations("doctorFindings.steps");
  const known = tSteps.has(step as never) ? tSteps(step as never) : step;
  const worst = findings.length === 0 ? null : worstOf(findings);
  const Icon = looking ? LoaderCircle : worst === null ? CircleDashed : statusIcons[severityStatus[worst]];
  const color = looking ? "text-info" : worst === null ? "text-faint" : statusColors[severityStatus[worst]];
  return (
    <li className="flex items-start gap-3 border-line px-4 py-3 text-compact not-last:border-b">
      <Icon aria-hidden className={classNames("mt-0.5 size-4 shrink-0", color, looking && "animate-spin")} />
      <div className="min-w-0 flex-1 space-y-2">
        <h3 className="flex flex-wrap items-baseline gap-x-2 font-semibold">
          {number === null ? known : t("step", { number, name: known })}
          <span className="text-xs font-normal text-muted">
            {looking ? t("looking") : worst === null ? t("waiting") : t(`severities.${worst}`)}
          </span>
        </h3>
        {findings.map((finding, index) => (
          // Findings are only ever added at the end.
          <DoctorFinding key={index} finding={finding} marked={findings.length > 1} />
        ))}
      </div>
    </li>
  );
}
