import { Circle, CircleCheck, CircleDot, type LucideIcon } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Link } from "#components/ui/link.tsx";
import { DateTime } from "#components/ui/time.tsx";
import type { RotationView } from "#lib/schemas/rotation.ts";

type Stage = "done" | "now" | "ahead";

const icons: Readonly<Record<Stage, LucideIcon>> = { done: CircleCheck, now: CircleDot, ahead: Circle };
const colors: Readonly<Record<Stage, string>> = {
  done: "text-success",
  now: "text-info",
  ahead: "text-muted",
};

interface RotationTimelineProps {
  rotation: RotationView;
  replacedBy: NonNullable<RotationView["replacedBy"]>;
  /** The end of the certificate itself. */
  notAfter: string;
}

/** The course of a replacement, from its beginning to the end of the old certificate. */
export function RotationTimeline({ rotation, replacedBy, notAfter }: RotationTimelineProps) {
  const t = useTranslations("certificateRotation.timeline");
  const [first] = rotation.overlaps;
  return (
    <ol aria-label={t("label")} className="text-compact">
      <Step
        stage="done"
        title={t.rich("began", {
          name: () => (
            <Link href={`/settings/certificates/${replacedBy.id}`} className="link">
              {replacedBy.name}
            </Link>
          ),
        })}
        at={rotation.since}
      />
      <Step stage="now" title={t("both")} help={t("bothHelp")} at={null} />
      {first && <Step stage="ahead" title={t("out")} help={t("outHelp")} at={first.until} />}
      <Step stage="ahead" title={t("end")} at={notAfter} isLast />
    </ol>
  );
}

interface StepProps {
  stage: Stage;
  title: ReactNode;
  help?: string;
  at: string | null;
  isLast?: boolean;
}

function Step({ stage, title, help, at, isLast = false }: StepProps) {
  const t = useTranslations("certificateRotation.timeline");
  const Icon = icons[stage];
  return (
    <li className="flex gap-3" {...(stage === "now" && { "aria-current": "step" })}>
      <span className="flex flex-col items-center">
        <Icon role="img" aria-label={t(stage)} className={`mt-px size-4 shrink-0 ${colors[stage]}`} />
        {!isLast && <span aria-hidden className="my-1 min-h-3 w-px flex-1 bg-line-strong" />}
      </span>
      <div className="flex min-w-0 flex-1 flex-wrap justify-between gap-x-4 pb-3">
        <div className="min-w-48 flex-1 wrap-anywhere">
          <p className={stage === "now" ? "font-semibold" : undefined}>{title}</p>
          {help !== undefined && <p className="text-xs text-muted">{help}</p>}
        </div>
        {at !== null && (
          <p className="text-muted">
            <DateTime value={at} />
          </p>
        )}
      </div>
    </li>
  );
}
