import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { JobSnapshot } from "#lib/services/jobs/index.ts";
import { jobShare } from "./job-shares.ts";
import { isEnded } from "./job-states.ts";

/** The title of the tab tells how far a job is, and how it ended. */
export function useJobTitle(number: number, snapshot: JobSnapshot): void {
  const t = useTranslations("jobs");
  const tStates = useTranslations("states.job");
  const formats = useFormats();
  const { state } = snapshot;
  const share = isEnded(state) ? null : jobShare(snapshot);
  const word = share === null ? tStates(state) : formats.percent(share);
  const title = `${word} · ${t("name", { number })} · Drayage`;
  useEffect(() => {
    document.title = title;
  }, [title]);
}
