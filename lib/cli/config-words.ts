import { createTranslator } from "use-intl/core";
import type { ConfigFinding } from "../domain/cluster-config/config-finding.ts";
import type { ConfigOutput } from "../domain/cluster-config/config-output.ts";
import { createConfigGuideText } from "../i18n/config-guide-text.ts";
import { type ConfigRuleText, createConfigRuleText } from "../i18n/config-rule-text.ts";
import type { DynamicTranslator } from "../i18n/error-text.ts";
import configGuides from "../i18n/messages/en/config-guides.json" with { type: "json" };
import configRules from "../i18n/messages/en/config-rules.json" with { type: "json" };

/** What the checks of cluster configuration find, in the words that the panel has for it. */
export const ruleWords: (finding: ConfigFinding) => ConfigRuleText = createConfigRuleText(
  translatorOf(configRules),
);

const guide = createConfigGuideText(translatorOf(configGuides));

/** What is to be known of a kind's files and done with them, for people. */
export function tellGuide(kind: string, { steps, notes }: ConfigOutput): string {
  const known = notes.map((note) => `  ${guide.note(kind, note)}\n`);
  const done = steps.map((step, index) => {
    const commands = step.commands.map((command) => `       ${command}\n`).join("");
    return `  ${index + 1}. ${guide.step(kind, step)}\n${commands}`;
  });
  return [
    known.length > 0 ? `To know:\n${known.join("")}` : "",
    done.length > 0 ? `To do:\n${done.join("")}` : "",
  ].join("");
}

/** The same for programs, with the codes. */
export function describeGuide(kind: string, { files, steps, notes }: ConfigOutput) {
  return {
    files,
    notes: notes.map((note) => ({ ...note, message: guide.note(kind, note) })),
    steps: steps.map((step) => ({ ...step, message: guide.step(kind, step) })),
  };
}

/** @param messages of one namespace, English */
function translatorOf(messages: object): DynamicTranslator {
  return createTranslator({
    locale: "en",
    messages: { words: messages },
    namespace: "words",
  } as never);
}
