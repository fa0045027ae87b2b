import { useTranslations } from "next-intl";
import type { RefObject } from "react";
import { ConfigFindings } from "#components/cluster-config/config-findings.tsx";
import { PauseImage } from "#components/cluster-config/pause-image.tsx";
import { WindowsRequests } from "#components/cluster-config/windows-requests.tsx";
import { CommandLine } from "#components/ui/command-line.tsx";
import { formatPlace } from "#components/registries/format-place.ts";
import { Alert } from "#components/ui/alert.tsx";
import { Card } from "#components/ui/card.tsx";
import { Code } from "#components/ui/code.tsx";
import { Disclosure } from "#components/ui/disclosure.tsx";
import type { ConfigPlace } from "#lib/schemas/cluster-config.ts";
import type { CheckedText } from "#lib/schemas/config-check.ts";
import { conclude, countFindings } from "./conclude.ts";
import { formatLintCommand } from "./format-command.ts";
import type { CheckOutcome } from "./post-check.ts";
import { TakeAlong } from "./take-along.tsx";

const conclusionStatus = { wrong: "danger", doubtful: "warning", unknown: "info", fine: "success" } as const;

interface CheckResultProps {
  outcome: CheckOutcome;
  /** Something has been changed since. */
  isOutdated: boolean;
  place: ConfigPlace | null;
  mayPlan: boolean;
  heading: RefObject<HTMLHeadingElement | null>;
}

/** What is wrong, by texts, and what Windows nodes would ask. */
export function CheckResult({ outcome, isOutdated, place, mayPlan, heading }: CheckResultProps) {
  const t = useTranslations("configCheck");
  const { asked, checked } = outcome;
  const { texts, windows, leftOutCount, isCut } = checked;
  const conclusion = conclude(texts);
  const findings = texts.flatMap((text) => text.findings);
  const counts = t("counts", {
    errors: countFindings(findings, "error"),
    warnings: countFindings(findings, "warning"),
    notices: countFindings(findings, "notice"),
  });
  const hasNothing = conclusion === "fine" || conclusion === "unknown";
  return (
    <section aria-labelledby="check-result" className="space-y-5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2
          id="check-result"
          ref={heading}
          tabIndex={-1}
          className="scroll-mt-16 scroll-mb-32 text-base font-semibold outline-none"
        >
          {t("result")}
        </h2>
        {findings.length > 0 && <TakeAlong texts={texts} summary={counts} />}
      </div>
      {/* One line for all of it; the findings themselves are read when one gets there. */}
      <p role="status" className="sr-only">
        {hasNothing ? `${t(`conclusions.${conclusion}`)}. ${counts}` : counts}
      </p>
      <Alert status={conclusionStatus[conclusion]} title={t(`conclusions.${conclusion}`)} live="off">
        <p>{conclusion === "unknown" ? t("unknownHelp") : counts}</p>
        {conclusion === "fine" && <p>{t("fineHelp")}</p>}
      </Alert>
      {isOutdated && (
        <Alert status="info" compact live="polite">
          {t("outdated")}
        </Alert>
      )}
      {leftOutCount > 0 && (
        <Alert status="warning" live="off" title={t("leftOut", { count: leftOutCount })}>
          {t("leftOutHelp")}
        </Alert>
      )}
      {isCut && (
        <Alert status="warning" live="off" title={t("cut")}>
          {t("cutHelp")}
        </Alert>
      )}
      {texts.map((text, index) => (
        // Two files may be called the same.
        <CheckedCard key={`${text.path} ${index}`} text={text} />
      ))}
      {windows && (
        <>
          {place && (
            // A plan brings it to the destination, which is of use if that is where nodes are sent.
            <PauseImage
              windows={windows}
              place={place}
              mayPlan={mayPlan && windows.pauseBelongsAt.startsWith(`${formatPlace(place)}/`)}
            />
          )}
          <WindowsRequests windows={windows} isPlaceKnown={place !== null} />
        </>
      )}
      <Disclosure title={t("command")} summary={t("commandSummary")}>
        <div className="space-y-2">
          <CommandLine
            command={formatLintCommand(asked, place && formatPlace(place))}
            label={t("copyCommand")}
          />
          <p className="text-compact text-muted">{t("commandHelp")}</p>
        </div>
      </Disclosure>
    </section>
  );
}

function CheckedCard({ text }: { text: CheckedText }) {
  const t = useTranslations("configCheck");
  const { path, findings } = text;
  return (
    <Card title={path === "" ? t("pastedTitle") : <Code className="text-compact">{path}</Code>}>
      {findings.length === 0 ? (
        <Alert status="success" compact live="off">
          {t("nothingFound")}
        </Alert>
      ) : (
        <ConfigFindings findings={findings} />
      )}
    </Card>
  );
}
