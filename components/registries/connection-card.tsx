import { useTranslations } from "next-intl";
import { Card } from "#components/ui/card.tsx";
import { Code } from "#components/ui/code.tsx";
import { type Description, DescriptionList } from "#components/ui/description-list.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { DateTime, RelativeTime } from "#components/ui/time.tsx";
import type { RegistryDetail } from "#lib/schemas/registries.ts";
import { TlsLabel } from "./tls-label.tsx";

/** How a registry is reached, and how it answered last. */
export function ConnectionCard({ registry }: { registry: RegistryDetail }) {
  const t = useTranslations("registries");
  const tCommon = useTranslations("common");
  const { health, username } = registry;
  const items: Description[] = [
    { label: t("host"), value: <Code>{registry.host}</Code> },
    { label: t("tls"), value: <TlsLabel mode={registry.tlsMode} /> },
    {
      label: t("caPem"),
      value: registry.caPem === "" ? tCommon("none") : t("caStored"),
    },
    { label: t("credentials"), value: username === "" ? t("anonymous") : t("signIn", { username }) },
    {
      label: t("lastProbe"),
      value: health.probedAt === null ? t("neverProbed") : <RelativeTime value={health.probedAt} />,
    },
    { label: t("organization"), value: registry.organization?.displayName ?? tCommon("provider") },
    { label: tCommon("createdAt"), value: <DateTime value={registry.createdAt} /> },
  ];
  return (
    <Card title={t("connection")}>
      <div className="space-y-4">
        {health.error && <ErrorAlert error={health.error} live="off" />}
        <DescriptionList items={items} />
      </div>
    </Card>
  );
}
