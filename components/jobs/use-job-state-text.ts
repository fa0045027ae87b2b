import { useTranslations } from "next-intl";
import type { JobKind, JobState } from "#lib/db/generated/enums.ts";
import { isLookUp } from "./job-states.ts";

/** The word for where a job stands. A look-up of a release is done with its plan, so planning is all of its work. */
export function useJobStateText(): (kind: JobKind, state: JobState) => string {
  const t = useTranslations("states.job");
  const tLookUp = useTranslations("jobs.lookUp");
  return (kind, state) => (isLookUp(kind) && state === "planning" ? tLookUp("working") : t(state));
}
