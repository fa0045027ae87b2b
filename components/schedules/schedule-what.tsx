import { useTranslations } from "next-intl";
import { formatPlace } from "#components/registries/format-place.ts";
import type { ScheduleRow } from "#lib/schemas/schedules.ts";

/** What a schedule starts, in a few words. */
export function ScheduleWhat({ kind, releases, target, organization }: ScheduleRow) {
  const t = useTranslations("schedules");
  return (
    <>
      <span className="font-medium">{t(`kinds.${kind}`)}</span>
      <span className="block text-xs text-muted">
        {kind === "publish"
          ? organization?.displayName
          : releases.map(({ name, version }) => `${name} ${version}`).join(", ")}
      </span>
      {target && (
        <span className="block text-xs wrap-anywhere text-muted">
          {t("to", { place: formatPlace(target) })}
        </span>
      )}
    </>
  );
}
