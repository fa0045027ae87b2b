import { useTranslations } from "next-intl";
import { Card } from "#components/ui/card.tsx";
import { Link } from "#components/ui/link.tsx";
import { Stat, StatGroup } from "#components/ui/stat.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { ReleaseDetail } from "#lib/schemas/releases.ts";

/** The figures of one release. */
export function ReleaseSummary({ release }: { release: ReleaseDetail }) {
  const t = useTranslations("catalog");
  const tLines = useTranslations("documentLines");
  const formats = useFormats();
  const { componentCount, enabledCount, knownBytes, knownCount, documentLength, isFound } = release;
  return (
    <Card>
      <StatGroup>
        <Stat
          label={t("components")}
          value={formats.number(componentCount)}
          detail={t("componentCounts", { enabled: enabledCount, total: componentCount })}
        />
        <Stat
          label={t("size")}
          value={knownCount === 0 ? "–" : formats.bytes(knownBytes)}
          detail={
            knownCount < componentCount
              ? t("sizeKnownOf", { known: knownCount, total: componentCount })
              : undefined
          }
        />
        <Stat label={t("usedBy")} value={t("usedByJobs", { count: release.jobCount })} />
        <Stat label={t("createdAt")} value={formats.date(release.createdAt)} />
        {documentLength !== null && (
          <Stat
            label={t("list")}
            value={formats.bytes(documentLength)}
            detail={
              <>
                {t(isFound ? "documentFound" : "documentKept")}{" "}
                <Link href={`/catalog/${release.id}/document`} className="text-link underline">
                  {tLines("open")}
                </Link>
              </>
            }
          />
        )}
      </StatGroup>
      {knownCount < enabledCount && release.refreshedAt === null && (
        <p className="mt-3 text-xs text-muted">{t("sizeHelp")}</p>
      )}
    </Card>
  );
}
