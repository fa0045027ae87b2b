import { useTranslations } from "next-intl";
import { Card } from "#components/ui/card.tsx";
import { Code } from "#components/ui/code.tsx";
import { type Description, DescriptionList } from "#components/ui/description-list.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { DateTime, RelativeTime } from "#components/ui/time.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { RegistryDetail } from "#lib/schemas/registries.ts";
import { TlsLabel } from "./tls-label.tsx";

/** How a registry is reached, and how it answered last. */
export function ConnectionCard({ registry }: { registry: RegistryDetail }) {
  const t = useTranslations("registries");
  const tCommon = useTranslations("common");
  const formats = useFormats();
  const { health, username, requestsPerSecond, bytesPerSecond, noProxy } = registry;
  const proxyRules = noProxy.length === 0 ? [] : [`(${t("noProxy")}: ${noProxy.join(", ")})`];
  const limits = [
    ...(requestsPerSecond === null ? [] : [t("requestsLimit", { rate: requestsPerSecond })]),
    ...(bytesPerSecond === null ? [] : [formats.bytesPerSecond(bytesPerSecond)]),
  ];
  const items: Description[] = [
    { label: t("host"), value: <Code>{registry.host}</Code> },
    { label: t("tls"), value: <TlsLabel mode={registry.tlsMode} /> },
    {
      label: t("caPem"),
      value: registry.caPem === "" ? tCommon("none") : t("caStored"),
    },
    ...(registry.clientCertPem === "" ? [] : [{ label: t("clientCertificate"), value: t("clientStored") }]),
    ...(registry.proxyUrl === ""
      ? []
      : [{ label: t("proxy"), value: <Code>{[registry.proxyUrl, ...proxyRules].join(" ")}</Code> }]),
    ...(limits.length === 0 ? [] : [{ label: t("limits"), value: limits.join(", ") }]),
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
