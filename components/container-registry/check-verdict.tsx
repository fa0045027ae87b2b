import { useTranslations } from "next-intl";
import { DoctorSteps } from "#components/doctor/doctor-steps.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { StatusLabel } from "#components/ui/badge.tsx";
import { DescriptionList } from "#components/ui/description-list.tsx";
import { Disclosure } from "#components/ui/disclosure.tsx";
import { Link } from "#components/ui/link.tsx";
import { RelativeTime } from "#components/ui/time.tsx";
import { useFindingText } from "#lib/i18n/use-finding-text.ts";
import { trustLists } from "#lib/schemas/certificates.ts";
import { findClusterProblems } from "#lib/schemas/container-registry.ts";
import { type FindingView, isGoing } from "#lib/schemas/doctor.ts";
import type { ShownCheck } from "./use-registry-check.ts";

interface CheckVerdictProps {
  check: ShownCheck;
  /** It was judged with other lists than there are now. */
  isStale: boolean;
}

/** Whether clusters can pull, who trusts the registry, and behind a click all that was seen. */
export function CheckVerdict({ check, isStale }: CheckVerdictProps) {
  const t = useTranslations("containerRegistry");
  const { findings, runId } = check;
  return (
    <div className="space-y-4">
      <Verdict check={check} isStale={isStale} />
      {findings.length > 0 && (
        <>
          <DescriptionList
            items={trustLists.map((list) => ({
              label: t(`lists.${list}`),
              value: <ListTrust finding={findTrust(findings, list)} />,
            }))}
          />
          <Disclosure title={t("allSteps")} summary={<CheckedAt check={check} />}>
            <div className="-m-4">
              <DoctorSteps findings={findings} state={check.state} />
              {runId !== null && (
                <p className="border-t border-line px-4 py-3 text-compact">
                  <Link href={`/doctor/${runId}`} className="link">
                    {t("openRun")}
                  </Link>
                </p>
              )}
            </div>
          </Disclosure>
        </>
      )}
    </div>
  );
}

function Verdict({ check, isStale }: CheckVerdictProps) {
  const t = useTranslations("containerRegistry");
  const findingText = useFindingText();
  const { url, state, findings } = check;
  if (isGoing(check)) {
    return (
      <Alert status="info" title={t(state === "queued" ? "waiting" : "checking")}>
        {t("checkingHelp")}
      </Alert>
    );
  }
  if (state === "failed") {
    return (
      <Alert status="danger" title={t("broken")}>
        {t("brokenHelp")}
      </Alert>
    );
  }
  if (isStale) {
    return (
      <Alert status="warning" live="polite" title={t("stale")}>
        {t("staleHelp")}
      </Alert>
    );
  }
  const problems = findClusterProblems(url, findings).flatMap(({ finding }) => finding ?? []);
  if (problems.length > 0) {
    const texts = [...new Set(problems.map((finding) => findingText(finding).seen))];
    return (
      <Alert status="danger" live="polite" title={t("cannotPull", { count: texts.length })}>
        <ul className="list-disc space-y-0.5 pl-4">
          {texts.map((text) => (
            <li key={text} className="wrap-anywhere">
              {text}
            </li>
          ))}
        </ul>
      </Alert>
    );
  }
  const isPlain = findings.every(({ severity }) => severity !== "warning");
  return (
    <Alert
      status={isPlain ? "success" : "warning"}
      live="polite"
      title={t(isPlain ? "canPull" : "canPullWarnings")}
    />
  );
}

function CheckedAt({ check: { finishedAt } }: { check: ShownCheck }) {
  const t = useTranslations("containerRegistry");
  if (finishedAt === null) return null;
  return t.rich("checkedAt", { time: () => <RelativeTime value={finishedAt} /> });
}

function findTrust(findings: readonly FindingView[], list: string): FindingView | null {
  const isVerdict = ({ code }: FindingView) => code === "trust-accepted" || code === "trust-refused";
  return findings.find((finding) => isVerdict(finding) && finding.facts.list === list) ?? null;
}

function ListTrust({ finding }: { finding: FindingView | null }) {
  const t = useTranslations("containerRegistry");
  if (finding === null) return <StatusLabel status="neutral">{t("unknownTrust")}</StatusLabel>;
  if (finding.code === "trust-refused")
    return (
      <StatusLabel status={finding.facts.list === "panel" ? "warning" : "danger"}>
        {t("untrusted")}
      </StatusLabel>
    );
  const anchor = (finding.facts.anchor as { subject?: string } | undefined)?.subject ?? "";
  return (
    <StatusLabel status="success">
      {t(finding.facts.anchorIsCommon === true ? "trustedPublicly" : "trusted", { anchor })}
    </StatusLabel>
  );
}
