import { useTranslations } from "next-intl";
import { formatGridHref } from "#components/datagrid/grid-href.ts";
import { formatPlace } from "#components/registries/format-place.ts";
import { Alert } from "#components/ui/alert.tsx";
import { Card } from "#components/ui/card.tsx";
import { classNames } from "#components/ui/class-names.ts";
import { Code } from "#components/ui/code.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Link } from "#components/ui/link.tsx";
import { Stat, StatGroup } from "#components/ui/stat.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { PrunePreviewQuery } from "#lib/schemas/pruning.ts";
import type { PrunePlace, PrunePreview as Preview } from "#lib/services/pruning/index.ts";
import { GarbageNote } from "./garbage-note.tsx";
import { PruneGrid } from "./prune-grid.tsx";

interface PrunePreviewProps {
  /** Of the page, without parameters. */
  path: string;
  preview: Preview;
  query: PrunePreviewQuery;
  isProvider: boolean;
}

/** What could be taken away, one destination at a time. */
export function PrunePreview({ path, preview, query, isProvider }: PrunePreviewProps) {
  const t = useTranslations("pruning");
  const { places, destinationId, rows } = preview;
  const shown = places.find((place) => place.destinationId === destinationId);
  if (!shown) {
    return (
      <Card flush>
        <EmptyState title={t("nothing")}>{t("nothingHelp")}</EmptyState>
      </Card>
    );
  }
  return (
    <>
      {places.length > 1 && <Places path={path} places={places} current={shown.destinationId} />}
      {!shown.isOffered && (
        <Alert status="info" live="off">
          {t("notOffered")}
        </Alert>
      )}
      <Card title={<Code>{formatPlace(shown)}</Code>}>
        <div className="space-y-4">
          <PlaceFigures place={shown} />
          <GarbageNote registry={shown.host} deletion={shown.deletion} />
        </div>
      </Card>
      <PruneGrid path={path} rows={rows} query={query} isProvider={isProvider} />
    </>
  );
}

function PlaceFigures({ place }: { place: PrunePlace }) {
  const t = useTranslations("pruning.figures");
  const formats = useFormats();
  const { images, neededByOthers, knownBytes, unknownSizes } = place;
  const going = images - neededByOthers;
  return (
    <StatGroup>
      <Stat label={t("images")} value={formats.number(images)} />
      <Stat label={t("needed")} value={formats.number(neededByOthers)} />
      <Stat label={t("going")} value={formats.number(going)} />
      <Stat
        label={t("freed")}
        value={unknownSizes > 0 && knownBytes === 0 ? "–" : formats.bytes(knownBytes)}
        detail={unknownSizes > 0 ? t("unknownSizes", { count: unknownSizes }) : t("freedHelp")}
      />
    </StatGroup>
  );
}

interface PlacesProps {
  path: string;
  places: readonly PrunePlace[];
  current: string;
}

function Places({ path, places, current }: PlacesProps) {
  const t = useTranslations("pruning");
  const formats = useFormats();
  return (
    <nav aria-label={t("where")} className="flex flex-wrap gap-x-6 border-b border-line">
      {places.map((place) => {
        const isCurrent = place.destinationId === current;
        return (
          <Link
            key={place.destinationId}
            href={formatGridHref(path, { destination: place.destinationId })}
            aria-current={isCurrent ? "true" : undefined}
            className={classNames(
              "-mb-px inline-flex target items-center gap-1.5 border-b-2 py-1.5 wrap-anywhere tabular-nums",
              isCurrent ? "border-accent font-semibold" : "border-transparent text-muted hover:text-fg",
            )}
          >
            {formatPlace(place)}
            <span className="font-normal text-muted">{formats.number(place.images)}</span>
          </Link>
        );
      })}
    </nav>
  );
}
