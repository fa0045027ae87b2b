import { Download } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { Menu, MenuDownload } from "#components/ui/menu.tsx";

/** The log of a job as a file, for people or for programs. */
export function JobLogMenu({ jobId }: { jobId: string }) {
  const t = useTranslations("jobs.actions");
  const href = `/api/jobs/${jobId}/log`;
  return (
    <Menu trigger={<Button icon={<Download aria-hidden />}>{t("log")}</Button>}>
      <MenuDownload href={`${href}?format=text`}>{t("logText")}</MenuDownload>
      <MenuDownload href={`${href}?format=ndjson`}>{t("logJson")}</MenuDownload>
    </Menu>
  );
}
