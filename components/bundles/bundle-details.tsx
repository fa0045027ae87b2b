import { useTranslations } from "next-intl";
import { StatusLabel } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { Code } from "#components/ui/code.tsx";
import { type Description, DescriptionList } from "#components/ui/description-list.tsx";
import { DateTime } from "#components/ui/time.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { BundleDetail } from "#lib/services/bundles/bundle-views.ts";
import { BundleLinks } from "./bundle-links.tsx";
import { Fingerprint } from "./fingerprint.tsx";

/** What a bundle is, where it came from and what it belongs to. */
export function BundleDetails({ bundle }: { bundle: BundleDetail }) {
  const t = useTranslations("bundles");
  const tCommon = useTranslations("common");
  const tJobs = useTranslations("jobs");
  const formats = useFormats();
  const { base, baseName, dependents, format, contentId, madeAt, tool, createdBy, sizeBytes } = bundle;
  // Of one that is being written nothing can be told yet.
  const isRead = bundle.signature !== null || bundle.checkedAt !== null;
  const items: Description[] = [
    { label: t("format"), value: format === null ? t("formatUnknown") : t(`formats.${format}`) },
    { label: t("origin"), value: t(`origins.${bundle.origin}`) },
    { label: t("store"), value: bundle.store.name },
    { label: t("size"), value: sizeBytes === null ? "–" : formats.bytes(sizeBytes) },
    { label: t("images"), value: formats.number(bundle.imageCount) },
    ...(madeAt === null ? [] : [{ label: t("madeAt"), value: <DateTime value={madeAt} /> }]),
    ...(tool === null ? [] : [{ label: t("tool"), value: tool }]),
    ...(format === "drayage" && isRead
      ? [{ label: t("key.signature"), value: <Signature bundle={bundle} /> }]
      : []),
    ...(base === null && baseName === null
      ? []
      : [
          {
            label: t("buildsOn"),
            value: base ? <BundleLinks bundles={[base]} /> : t("baseNotHere", { name: baseName ?? "" }),
          },
        ]),
    ...(dependents.length === 0
      ? []
      : [{ label: t("dependents"), value: <BundleLinks bundles={dependents} /> }]),
    ...(contentId === null ? [] : [{ label: t("contentId"), value: <Code>{contentId}</Code> }]),
    { label: t("knownSince"), value: <DateTime value={bundle.createdAt} /> },
    { label: t("createdBy"), value: createdBy ?? tJobs("system") },
  ];
  return (
    <Card title={tCommon("details")}>
      <DescriptionList items={items} />
    </Card>
  );
}

function Signature({ bundle: { signature } }: { bundle: BundleDetail }) {
  const t = useTranslations("bundles.key");
  if (signature === null) return t("notSigned");
  const { fingerprint, trustedAs } = signature;
  return (
    <div className="space-y-0.5">
      <StatusLabel status={trustedAs === null ? "warning" : "success"}>
        {trustedAs === null ? t("unknownShort") : t("trustedAs", { name: trustedAs })}
      </StatusLabel>
      <Fingerprint value={fingerprint} />
    </div>
  );
}
