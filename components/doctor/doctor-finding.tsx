import { useTranslations } from "next-intl";
import { classNames } from "#components/ui/class-names.ts";
import { statusColors, statusIcons } from "#components/ui/status.tsx";
import { useFindingText } from "#lib/i18n/use-finding-text.ts";
import type { FindingView } from "#lib/schemas/doctor.ts";
import { PresentedCertificates } from "./presented-certificates.tsx";
import { severityStatus } from "./severity-label.tsx";

interface DoctorFindingProps {
  finding: FindingView;
  /** One of several in its step: each shows by itself how bad it is. */
  marked: boolean;
}

/** One thing that was seen: what, what it means, what to do. */
export function DoctorFinding({ finding, marked }: DoctorFindingProps) {
  const t = useTranslations("doctor");
  const { seen, means, next, notes } = useFindingText()(finding);
  const { severity } = finding;
  const status = severityStatus[severity];
  const Icon = statusIcons[status];
  const isQuiet = severity === "skipped";
  return (
    <div className="flex items-start gap-2">
      {marked && (
        <Icon
          role="img"
          aria-label={t(`severities.${severity}`)}
          className={classNames("mt-0.5 size-3.5 shrink-0", statusColors[status])}
        />
      )}
      <div className="min-w-0 flex-1 space-y-1">
        <p className={classNames("wrap-anywhere", isQuiet && "text-muted")}>{seen}</p>
        {means !== null && <p className="wrap-anywhere text-muted">{means}</p>}
        {next !== null && (
          <p className="wrap-anywhere">
            <span className="font-semibold">{t("next")}: </span>
            {next}
          </p>
        )}
        {notes.length > 0 && (
          <ul className="list-disc space-y-0.5 pl-4 text-muted">
            {notes.map((note) => (
              <li key={note} className="wrap-anywhere">
                {note}
              </li>
            ))}
          </ul>
        )}
        <PresentedCertificates facts={finding.facts} />
      </div>
    </div>
  );
}
