import { useTranslations } from "next-intl";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { JobSnapshot } from "#lib/services/jobs/index.ts";
import { jobShare } from "./job-shares.ts";
import { isEnded } from "./job-states.ts";
import { useJobStateText } from "./use-job-state-text.ts";

/** The title of the tab tells how far a job is, and how it ended. */
export function JobTitle({ number, snapshot }: { number: number; snapshot: JobSnapshot }) {
  const t = useTranslations("jobs");
  const stateText = useJobStateText();
  const formats = useFormats();
  const { kind, state } = snapshot;
  const share = isEnded(state) || state === "planned" ? null : jobShare(snapshot);
  const percent = share === null ? "" : formats.percent(share);
  // Copying starts from nothing again: its share needs no word, that of planning does.
  const word =
    state === "running" && percent !== "" ? percent : `${stateText(kind, state)} ${percent}`.trim();
  return <title>{`${word} · ${t("name", { number })} · Drayage`}</title>;
}
