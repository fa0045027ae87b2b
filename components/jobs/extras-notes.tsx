import { useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import { Code } from "#components/ui/code.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { withoutImage } from "#lib/i18n/error-text.ts";
import { useErrorText } from "#lib/i18n/use-error-text.ts";
import { maxKeptExtras } from "#lib/schemas/jobs.ts";
import type { JobSnapshot, UnlistedGroup } from "#lib/services/jobs/index.ts";
import { isEnded } from "./job-states.ts";

interface ExtrasNotesProps {
  snapshot: JobSnapshot;
  unlisted: readonly UnlistedGroup[];
}

/** What the list of extra tags means, and what it lacks. */
export function ExtrasNotes({ snapshot: { extras }, unlisted }: ExtrasNotesProps) {
  const t = useTranslations("jobs.extras");
  return (
    <>
      <p className="max-w-prose text-compact text-muted">{t("help")}</p>
      {extras.found > maxKeptExtras && (
        <Alert status="info" live="off" title={t("more", { kept: maxKeptExtras, found: extras.found })}>
          {t("moreHelp")}
        </Alert>
      )}
      {unlisted.map((group) => (
        <Unlisted key={group.repositories[0]} group={group} />
      ))}
    </>
  );
}

function Unlisted({ group: { error, count, repositories } }: { group: UnlistedGroup }) {
  const t = useTranslations("jobs.extras");
  const errorText = useErrorText();
  const { title, hint } = errorText(count === 1 ? error : withoutImage(error));
  return (
    <Alert status="warning" live="off" title={t("unlisted", { count })}>
      <p className="wrap-anywhere">
        {title} {hint}
      </p>
      <ul className="mt-1">
        {repositories.map((repository) => (
          <li key={repository}>
            <Code>{repository}</Code>
          </li>
        ))}
        {count > repositories.length && <li>{t("unlistedMore", { count: count - repositories.length })}</li>}
      </ul>
    </Alert>
  );
}

/** Nothing found may be good news, or too early to tell. */
export function NoExtras({ snapshot: { state, plan, extras } }: { snapshot: JobSnapshot }) {
  const t = useTranslations("jobs.extras");
  const { listed, unlisted } = extras;
  if (state === "queued" || state === "planning") {
    return <EmptyState title={t("looking")}>{t("lookingHelp")}</EmptyState>;
  }
  if (isEnded(state) && listed + unlisted === 0) {
    return <EmptyState title={t("notLooked")}>{t("notLookedHelp")}</EmptyState>;
  }
  const isWhole = listed >= plan.total;
  return (
    <EmptyState title={t("none")}>
      {isWhole ? t("noneHelp", { count: listed }) : t("nonePartly", { listed, total: plan.total })}
    </EmptyState>
  );
}
