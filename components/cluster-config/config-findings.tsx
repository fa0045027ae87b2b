import { useTranslations } from "next-intl";
import { StatusLabel } from "#components/ui/badge.tsx";
import { Code } from "#components/ui/code.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import type { Status } from "#components/ui/status.tsx";
import type { ConfigFinding, ConfigSeverity } from "#lib/schemas/config-check.ts";
import { useConfigRuleText } from "#lib/i18n/use-config-rule-text.ts";

const severityStatus: Readonly<Record<ConfigSeverity, Status>> = {
  error: "danger",
  warning: "warning",
  notice: "info",
};
/** The worst first. */
const severities = Object.keys(severityStatus) as ConfigSeverity[];

/** What the linter says, the worst first: what is wrong, with what, why it matters, and what a node would ask. */
export function ConfigFindings({ findings }: { findings: readonly ConfigFinding[] }) {
  const t = useTranslations("configCheck.severities");
  return (
    <div className="-my-3 divide-y divide-line">
      {severities
        .map((severity) => ({ severity, found: findings.filter((each) => each.severity === severity) }))
        .filter(({ found }) => found.length > 0)
        .map(({ severity, found }) => (
          <ul key={severity} aria-label={t(severity)} className="divide-y divide-line text-compact">
            {found.map((finding, index) => (
              // One rule may say the same of one object twice, of different facts.
              <Finding key={`${finding.rule} ${finding.object} ${index}`} finding={finding} />
            ))}
          </ul>
        ))}
    </div>
  );
}

function Finding({ finding }: { finding: ConfigFinding }) {
  const t = useTranslations("configCheck");
  const { title, hint } = useConfigRuleText()(finding);
  const { severity, object, url } = finding;
  return (
    <li className="space-y-1 py-3">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <p className="min-w-0 flex-1 basis-64 font-semibold wrap-anywhere">{title}</p>
        <StatusLabel status={severityStatus[severity]} className="whitespace-nowrap">
          {t(`severities.${severity}`)}
        </StatusLabel>
      </div>
      {object !== "" && (
        <p className="text-muted">
          <Code>{object}</Code>
        </p>
      )}
      {hint !== null && <p className="wrap-anywhere">{hint}</p>}
      {url !== undefined && (
        <p className="flex items-start gap-1">
          <span className="min-w-0">
            <span className="text-muted">{t("asked")} </span>
            <Code>{url}</Code>
          </span>
          <CopyButton value={url} label={t("copyUrl")} />
        </p>
      )}
    </li>
  );
}
