import { useTranslations } from "next-intl";
import { ReleaseKindLabel } from "#components/catalog/release-kind.tsx";
import { Badge, StatusLabel } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { Code } from "#components/ui/code.tsx";
import { Link } from "#components/ui/link.tsx";
import { RelativeTime } from "#components/ui/time.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { OfferedRelease, SelectionOverview } from "#lib/schemas/selections.ts";

/** The releases that an organization is offered, and how far it has chosen of each. */
export function OfferedReleases({ overview }: { overview: SelectionOverview }) {
  const t = useTranslations("selections.overview");
  const { organization, destination, releases } = overview;
  return (
    <Card
      title={t("releases")}
      aside={
        <span className="text-xs text-muted">
          {destination === null
            ? t("noDestination")
            : t.rich("destination", { destination: () => <Code>{destination}</Code> })}
        </span>
      }
      flush
    >
      <ul className="divide-y divide-line">
        {releases.map((release) => (
          <ReleaseItem key={release.id} organization={organization.name} release={release} />
        ))}
      </ul>
    </Card>
  );
}

function ReleaseItem({ organization, release }: { organization: string; release: OfferedRelease }) {
  const t = useTranslations("selections.overview");
  const formats = useFormats();
  const { id, kind, name, version, componentCount, onCount, onBytes, newCount, saved } = release;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5 text-compact">
      <div className="min-w-0 flex-1 space-y-0.5 max-sm:basis-full">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Link href={`/organizations/${organization}/selection/${id}`} className="font-semibold link">
            {`${name} ${version}`}
          </Link>
          <ReleaseKindLabel kind={kind} />
          {newCount > 0 && <Badge status="warning">{t("newComponents", { count: newCount })}</Badge>}
        </p>
        <p className="text-xs text-muted tabular-nums">
          {t("counts", { on: onCount, total: componentCount })}
          {onBytes > 0 && ` · ${formats.bytes(onBytes)}`}
          {" · "}
          {saved === null ? (
            t("notSavedHelp")
          ) : (
            <>
              {t("revision", { revision: saved.revision })}
              {" · "}
              <RelativeTime value={saved.savedAt} />
            </>
          )}
        </p>
      </div>
      <Standing release={release} />
    </li>
  );
}

function Standing({ release: { onCount, publishedCount, saved } }: { release: OfferedRelease }) {
  const t = useTranslations("selections.overview");
  if (saved === null) return <StatusLabel status="warning">{t("notSaved")}</StatusLabel>;
  if (onCount === 0) return <StatusLabel status="neutral">{t("nothingOn")}</StatusLabel>;
  if (publishedCount === onCount) return <StatusLabel status="success">{t("published")}</StatusLabel>;
  return (
    <StatusLabel status="info">
      {publishedCount === 0
        ? t("notPublished")
        : t("publishedPart", { published: publishedCount, on: onCount })}
    </StatusLabel>
  );
}
