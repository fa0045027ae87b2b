import { useTranslations } from "next-intl";
import { Alert } from "#components/ui/alert.tsx";
import { Card } from "#components/ui/card.tsx";
import { ProgressBar } from "#components/ui/progress-bar.tsx";
import { statusColors, statusIcons } from "#components/ui/status.tsx";
import { DateTime } from "#components/ui/time.tsx";
import type { ErrorView } from "#lib/errors.ts";
import { useErrorText } from "#lib/i18n/use-error-text.ts";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { BundleDetail } from "#lib/services/bundles/bundle-views.ts";
import { isWhole } from "./bundle-states.ts";

/** As many as are kept of one check. */
const maxFindings = 100;

/** Whether a bundle is whole and sound: how far a check is, or what it has found. */
export function BundleCheck({ bundle }: { bundle: BundleDetail }) {
  const t = useTranslations("bundles.verification");
  const { name, state, check, checkedAt, findings } = bundle;
  // What arrives or is being written has nothing to be checked yet, and what is gone has nothing any more.
  if (!isWhole(bundle)) return null;
  return (
    <Card
      title={t("title")}
      aside={
        checkedAt !== null && (
          <span className="text-xs text-muted">
            {t.rich("checkedAt", { time: () => <DateTime value={checkedAt} /> })}
          </span>
        )
      }
    >
      <div className="space-y-3">
        {check && <CheckProgress name={name} check={check} />}
        {check === null && state === "sound" && (
          <Alert status="success" live="polite" title={t("sound")}>
            {t("soundHelp")}
          </Alert>
        )}
        {check === null && state === "unchecked" && (
          <Alert status="info" live="off" title={t("unchecked")}>
            {t("uncheckedHelp")}
          </Alert>
        )}
        {check === null && state === "damaged" && (
          <Alert status="danger" title={t("damaged", { count: findings.length })}>
            {t("damagedHelp")}
          </Alert>
        )}
        {findings.length > 0 && <Findings findings={findings} />}
        {findings.length >= maxFindings && (
          <p className="text-xs text-muted">{t("more", { count: maxFindings })}</p>
        )}
      </div>
    </Card>
  );
}

function CheckProgress({ name, check }: { name: string; check: NonNullable<BundleDetail["check"]> }) {
  const t = useTranslations("bundles.verification");
  const formats = useFormats();
  const { doneBytes, totalBytes } = check;
  const known = totalBytes > 0;
  const line = known
    ? t("progress", { done: formats.bytes(doneBytes), total: formats.bytes(totalBytes) })
    : t("waits");
  return (
    <div className="space-y-1.5">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 text-compact tabular-nums">
        <p>{line}</p>
        {known && <p className="font-semibold">{formats.percent(doneBytes / totalBytes)}</p>}
      </div>
      <ProgressBar
        label={t("checkingName", { name })}
        value={known ? doneBytes : null}
        max={totalBytes}
        {...(known && { valueText: line })}
      />
      <p className="text-xs text-muted">{t("progressHelp")}</p>
    </div>
  );
}

function Findings({ findings }: { findings: readonly ErrorView[] }) {
  const t = useTranslations("bundles.verification");
  const errorText = useErrorText();
  const Icon = statusIcons.danger;
  return (
    <ul aria-label={t("findings")} className="divide-y divide-line rounded border border-line">
      {findings.map((finding) => {
        const { title, hint } = errorText(finding);
        return (
          <li key={JSON.stringify(finding)} className="flex items-start gap-2 px-3 py-2 text-compact">
            <Icon aria-hidden className={`mt-px size-4 shrink-0 ${statusColors.danger}`} />
            <div className="min-w-0 space-y-0.5">
              <p className="font-semibold wrap-anywhere">{title}</p>
              <p className="wrap-anywhere">{hint}</p>
            </div>
          </li>
        );
      })}
    </ul>
  );
}
