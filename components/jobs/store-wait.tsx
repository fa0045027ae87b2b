import { useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import type { JobSnapshot } from "#lib/services/jobs/index.ts";

/** Says that no worker has the folder of the job's bundle, and what to do about it. */
export function StoreWait({ waitsForStore }: Pick<JobSnapshot, "waitsForStore">) {
  const t = useTranslations("jobs.bundle");
  if (waitsForStore === null) return null;
  return (
    <Alert status="warning" live="polite" title={t("waits", { store: waitsForStore })}>
      {t("waitsHelp")}
    </Alert>
  );
}
