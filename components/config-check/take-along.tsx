import { Download } from "lucide-react";
import { useTranslations } from "next-intl";
import { saveFile } from "#components/cluster-config/save-file.ts";
import { Button } from "#components/ui/button.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { describeFindings, joinFindings, tellFindings } from "#lib/i18n/config-report.ts";
import { useConfigRuleText } from "#lib/i18n/use-config-rule-text.ts";
import type { CheckedText } from "#lib/schemas/config-check.ts";

/** All findings as a text to send to somebody, and as the command gives them to programs. */
export function TakeAlong({ texts, summary }: { texts: readonly CheckedText[]; summary: string }) {
  const t = useTranslations("configCheck");
  const textOf = useConfigRuleText();
  const findings = joinFindings(texts);
  const marks = {
    error: t("severities.error"),
    warning: t("severities.warning"),
    notice: t("severities.notice"),
  };
  const save = () =>
    saveFile("cluster-config-check.json", `${JSON.stringify(describeFindings(findings, textOf))}\n`);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <CopyButton
        value={`${tellFindings(findings, textOf, marks)}${summary}\n`}
        label={t("copyAll")}
        labelled
      />
      <Button variant="flat" size="sm" icon={<Download aria-hidden />} onClick={save}>
        {t("downloadJson")}
      </Button>
    </div>
  );
}
