import { useTranslations } from "next-intl";
import type { JobSummary } from "#lib/services/jobs/index.ts";

/** What a job does, in a word; what is mirrored for an organization is published. */
export function useJobKindText(): (job: Pick<JobSummary, "kind" | "organization">) => string {
  const t = useTranslations("jobs.kinds");
  return ({ kind, organization }) => t(kind === "mirror" && organization ? "publish" : kind);
}
