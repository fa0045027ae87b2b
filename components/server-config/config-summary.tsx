import { useTranslations } from "next-intl";
import { Card } from "#components/ui/card.tsx";
import { Code } from "#components/ui/code.tsx";
import { DescriptionList } from "#components/ui/description-list.tsx";
import { Link } from "#components/ui/link.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { ServerConfig } from "#lib/schemas/server-config.ts";

/** Which revision holds, and what of it stands on other pages. */
export function ConfigSummary({ config }: { config: ServerConfig }) {
  const t = useTranslations("serverConfig.summary");
  const tFields = useTranslations("serverConfig.fields");
  const formats = useFormats();
  const { number, savedAt, savedBy, values, certificateCounts, typeVersion } = config;
  const url = values.containerRegistryUrl;
  return (
    <Card title={t("title")}>
      <DescriptionList
        items={[
          {
            label: t("revision"),
            value: t.rich("revisionBy", {
              number,
              by: savedBy,
              at: formats.dateTime(savedAt),
              link: (text) => (
                <Link href="/settings/server/revisions" className="link">
                  {text}
                </Link>
              ),
            }),
          },
          { label: t("type"), value: <Code>{`vmware:VCDKEConfig:${typeVersion}`}</Code> },
          {
            label: tFields("containerRegistryUrl.label"),
            value: (
              <Link href="/settings/container-registry" className="wrap-anywhere link">
                {url === "" ? t("noUrl") : url}
              </Link>
            ),
          },
          {
            label: t("certificates"),
            value: (
              <Link href="/settings/certificates" className="link">
                {t("certificateCounts", certificateCounts)}
              </Link>
            ),
          },
        ]}
      />
    </Card>
  );
}
