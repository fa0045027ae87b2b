import { useTranslations } from "next-intl";
import type { JobDetail } from "#lib/services/jobs/index.ts";

type Options = { readonly platforms: readonly string[] } & Pick<JobDetail, "referrers" | "foreignLayers">;

/** What of each image a job copies, in a few words each. */
export function useJobOptionText(): (options: Options) => string[] {
  const t = useTranslations("jobs.options");
  return ({ platforms, referrers, foreignLayers }) => [
    platforms.length === 0 ? t("allPlatforms") : platforms.join(", "),
    t(referrers ? "withReferrers" : "withoutReferrers"),
    t(foreignLayers ? "withForeignLayers" : "withoutForeignLayers"),
  ];
}
