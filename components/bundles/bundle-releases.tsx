import { useTranslations } from "next-intl";
import { ReleaseKindLabel } from "#components/catalog/release-kind.tsx";
import { Card } from "#components/ui/card.tsx";
import type { BundleRelease } from "#lib/services/bundles/bundle-views.ts";

/** The releases that a bundle carries: an import makes them known on the other side. */
export function BundleReleases({ releases }: { releases: readonly BundleRelease[] }) {
  const t = useTranslations("bundles.releases");
  if (releases.length === 0) return null;
  return (
    <Card title={t("title")} flush>
      <ul className="divide-y divide-line">
        {releases.map(({ kind, name, version, components }) => (
          <li
            key={`${kind} ${name} ${version}`}
            className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2 text-compact"
          >
            <span className="min-w-40 flex-1 font-medium wrap-anywhere">{`${name} ${version}`}</span>
            <ReleaseKindLabel kind={kind} />
            <span className="text-muted tabular-nums sm:min-w-32 sm:text-right">
              {t("components", { count: components })}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
