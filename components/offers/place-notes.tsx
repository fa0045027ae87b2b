import { useTranslations } from "next-intl";
import { ResolvedPaths } from "#components/registries/resolved-paths.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { Code } from "#components/ui/code.tsx";
import { Link } from "#components/ui/link.tsx";

interface PlaceNotesProps {
  place: { host: string; basePath: string } | null;
  isForAll: boolean;
}

/** What comes of a destination, and what it cannot do. */
export function PlaceNotes({ place, isForAll }: PlaceNotesProps) {
  const t = useTranslations("offers.place");
  return (
    <div className="space-y-3">
      {place && (
        <div className="space-y-1 text-compact">
          <p className="text-muted">{t("paths")}</p>
          <ResolvedPaths host={place.host} basePath={place.basePath} />
        </div>
      )}
      <Alert status="info" live="off">
        <p>
          {t.rich(isForAll ? "oneUrlForAll" : "oneUrl", { url: () => <Code>containerRegistryUrl</Code> })}
        </p>
        {isForAll && (
          <p className="mt-1">
            {t.rich("isUrl", {
              link: (text) => (
                <Link href="/settings/container-registry" className="link">
                  {text}
                </Link>
              ),
            })}
          </p>
        )}
        <p className="mt-1">{t("anonymous")}</p>
      </Alert>
    </div>
  );
}
