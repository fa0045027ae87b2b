import { useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { JobSnapshot } from "#lib/services/jobs/index.ts";

/** What the plan leaves where it is: whoever pulls the images later should know before they are copied. */
export function LeftOut({ leftOut }: Pick<JobSnapshot, "leftOut">) {
  const t = useTranslations("jobs.leftOut");
  const formats = useFormats();
  const { foreignLayers, foreignBytes, foreignImages, platforms } = leftOut;
  return (
    <>
      {foreignLayers > 0 && (
        <Alert
          status="warning"
          live="off"
          title={t("foreign", { layers: foreignLayers, size: formats.bytes(foreignBytes) })}
        >
          {t("foreignHelp", { images: foreignImages })}
        </Alert>
      )}
      {platforms.length > 0 && (
        <Alert status="info" live="off" title={t("platforms", { platforms: platforms.join(", ") })}>
          {t("platformsHelp")}
        </Alert>
      )}
    </>
  );
}
