"use client";

import { useTranslations } from "next-intl";
import { ReleaseKindLabel } from "#components/catalog/release-kind.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { ReleaseRow } from "#lib/schemas/releases.ts";
import type { ReleaseProblem } from "./check-releases.ts";
import { ComponentPicker } from "./component-picker.tsx";
import { chooseComponents, type Selection, toggleRelease } from "./selection.ts";

interface ReleasesStepProps {
  releases: readonly ReleaseRow[];
  selection: Selection;
  onChange: (selection: Selection) => void;
  problem: ReleaseProblem | null;
}

/** What to copy. */
export function ReleasesStep({ releases, selection, onChange, problem }: ReleasesStepProps) {
  const t = useTranslations("jobs.new");
  const formats = useFormats();
  if (releases.length === 0) {
    return (
      <EmptyState
        title={t("noReleases")}
        action={
          <div className="flex flex-wrap justify-center gap-2">
            <ButtonLink href="/catalog/find" variant="primary">
              {t("findRelease")}
            </ButtonLink>
            <ButtonLink href="/catalog/import">{t("importRelease")}</ButtonLink>
          </div>
        }
      />
    );
  }
  return (
    <div className="space-y-3">
      {problem && <Alert status="danger">{t(problem)}</Alert>}
      <ul className="rounded border border-line">
        {releases.map((release) => {
          const chosen = selection[release.id];
          const isWhole = chosen === undefined || chosen === "all";
          return (
            <li
              key={release.id}
              className="flex items-start gap-x-4 border-line px-3 py-2 not-last:border-b max-sm:flex-wrap"
            >
              <div className="min-w-0 flex-1 max-sm:basis-full">
                <Checkbox
                  checked={chosen !== undefined}
                  disabled={release.enabledCount === 0}
                  label={<span className="font-medium">{`${release.name} ${release.version}`}</span>}
                  onChange={() => onChange(toggleRelease(selection, release.id))}
                />
                {chosen !== undefined && (
                  <div className="pl-4">
                    <ComponentPicker
                      release={release}
                      chosen={chosen}
                      onChoose={(ids, components) =>
                        onChange(chooseComponents(selection, release.id, ids, components))
                      }
                    />
                  </div>
                )}
              </div>
              <ReleaseKindLabel kind={release.kind} />
              <span className="min-w-28 text-right text-xs/5 text-muted tabular-nums max-sm:ml-auto">
                {isWhole
                  ? t("chosenAll", { total: release.enabledCount })
                  : t("chosen", { chosen: chosen.length, total: release.enabledCount })}
              </span>
              <span className="w-20 text-right text-xs/5 text-muted tabular-nums max-md:hidden">
                {isWhole && release.knownCount > 0 ? formats.bytes(release.knownBytes) : "–"}
              </span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
