import { createTranslator } from "use-intl/core";
import { createErrorText } from "#lib/i18n/error-text.ts";
import { createFindingText } from "#lib/i18n/finding-text.ts";
import { createFormats } from "#lib/i18n/formats.ts";
import type { Locale } from "#lib/i18n/locales.ts";
import { loadMessages } from "#lib/i18n/messages.ts";
import { type DoctorReport, formatAddress, groupBySteps } from "#lib/schemas/doctor.ts";

/** What was found in words, with the codes, by which a support engineer can look them up. */
export async function writeReport(report: DoctorReport, locale: Locale, timeZone: string): Promise<string> {
  const messages = await loadMessages(locale);
  const formats = createFormats(locale, timeZone);
  const t = createTranslator({ locale, messages, namespace: "doctor" });
  const tSteps = createTranslator({ locale, messages, namespace: "doctorFindings.steps" });
  const errorText = createErrorText(
    {
      errors: createTranslator({ locale, messages, namespace: "errors" }),
      errorFacts: createTranslator({ locale, messages, namespace: "errorFacts" }),
      objects: createTranslator({ locale, messages, namespace: "objects" }),
      "states.job": createTranslator({ locale, messages, namespace: "states.job" }),
    },
    formats,
  );
  const findingText = createFindingText(
    createTranslator({ locale, messages, namespace: "doctorFindings" }),
    formats,
    errorText,
  );
  const head = [
    [t("when"), formats.fullDateTime(report.createdAt)],
    ...(report.workerName === null ? [] : [[t("worker"), report.workerName]]),
    ...(report.cloudDirector === null ? [] : [[t("cloudDirector"), report.cloudDirector]]),
    ...(report.tried.length === 0 ? [] : [[t("tried"), report.tried.join(", ")]]),
    [t("worst"), report.worst === null ? t(`states.${report.state}`) : t(`severities.${report.worst}`)],
    ["Drayage", report.version],
  ].map((pair) => pair.join(": "));
  const steps = groupBySteps(report.findings)
    .filter(({ findings }) => findings.length > 0)
    .map(({ step, findings }) =>
      [
        tSteps(step),
        ...findings.map((finding) => {
          const { seen, means, next, notes } = findingText(finding);
          return [
            `  [${t(`severities.${finding.severity}`)}] ${finding.code}`,
            ...[seen, means, next && `${t("next")}: ${next}`, ...notes]
              .filter((line) => line !== null)
              .map((line) => `    ${line}`),
          ].join("\n");
        }),
      ].join("\n"),
    );
  const commands = [t("commands"), ...report.commands.map(({ command }) => `  ${command}`)].join("\n");
  return `${[
    t("report.title", { address: formatAddress(report) }),
    head.join("\n"),
    ...steps,
    ...(report.commands.length === 0 ? [] : [commands]),
    t("report.noSecrets"),
  ].join("\n\n")}\n`;
}
