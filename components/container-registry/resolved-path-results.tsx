import { LoaderCircle } from "lucide-react";
import { useTranslations } from "next-intl";
import { DoctorFinding } from "#components/doctor/doctor-finding.tsx";
import { severityStatus } from "#components/doctor/severity-label.tsx";
import { classNames } from "#components/ui/class-names.ts";
import { Code } from "#components/ui/code.tsx";
import { statusColors, statusIcons } from "#components/ui/status.tsx";
import { type FindingView, isGoing, worstOf } from "#lib/schemas/doctor.ts";
import { resolvedPaths } from "#lib/schemas/registries.ts";
import type { ShownCheck } from "./use-registry-check.ts";

interface ResolvedPathResultsProps {
  /** Null as long as the URL cannot be used. */
  place: { host: string; base: string } | null;
  check: ShownCheck | null;
}

/** The three places that clusters look in, each with what was found there. */
export function ResolvedPathResults({ place, check }: ResolvedPathResultsProps) {
  const t = useTranslations("containerRegistry");
  const isUnverified = check?.findings.some(
    ({ code, facts }) => code === "trust-refused" && facts.list !== "panel",
  );
  return (
    <section aria-label={t("paths")} className="space-y-2">
      <h3 className="text-compact font-medium">{t("paths")}</h3>
      {isUnverified && <p className="text-compact text-muted">{t("pathsUnverified")}</p>}
      {place === null ? (
        <p className="text-compact text-muted">{t("pathsInvalid")}</p>
      ) : (
        <ul className="rounded border border-line">
          {resolvedPaths(place.host, place.base).map((path) => (
            <PathItem
              key={path}
              path={path}
              findings={(check?.findings ?? []).filter(({ facts }) => facts.path === path)}
              going={check !== null && isGoing(check)}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

interface PathItemProps {
  path: string;
  findings: readonly FindingView[];
  going: boolean;
}

function PathItem({ path, findings, going }: PathItemProps) {
  const t = useTranslations("containerRegistry");
  const tDoctor = useTranslations("doctor.severities");
  const worst = findings.length === 0 ? null : worstOf(findings);
  const isLooking = going && worst === null;
  const status = worst === null ? "neutral" : severityStatus[worst];
  const Icon = isLooking ? LoaderCircle : statusIcons[status];
  const said = isLooking ? t("checking") : worst === null ? t("notChecked") : tDoctor(worst);
  return (
    <li className="flex items-start gap-2 border-line px-3 py-2 text-compact not-last:border-b">
      <Icon
        role="img"
        aria-label={said}
        className={classNames("mt-0.5 size-4 shrink-0", statusColors[status], isLooking && "animate-spin")}
      />
      <div className="min-w-0 flex-1 space-y-1">
        <Code>{path}</Code>
        {findings.map((finding, index) => (
          // Findings are only ever added at the end.
          <DoctorFinding key={index} finding={finding} marked={findings.length > 1} />
        ))}
      </div>
    </li>
  );
}
