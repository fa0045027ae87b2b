"use client";

import { useTranslations } from "next-intl";
import { Card } from "#components/ui/card.tsx";
import { CommandLine } from "#components/ui/command-line.tsx";
import { useConfigGuideText } from "#lib/i18n/use-config-guide-text.ts";
import type { ConfigTopic, MadeConfig } from "#lib/schemas/cluster-config.ts";

interface ConfigGuideProps {
  topic: ConfigTopic;
  part: "notes" | "steps";
  made: MadeConfig;
}

/** What is to be known before the files are applied, or how that is done. */
export function ConfigGuide({ topic, part, made }: ConfigGuideProps) {
  const t = useTranslations("clusterConfig.result");
  const guide = useConfigGuideText();
  const { notes, steps } = made;
  if (made[part].length === 0) return null;
  if (part === "notes") {
    return (
      <Card title={t("notes")}>
        <ul className="list-disc space-y-1.5 pl-5 text-compact">
          {notes.map((note) => {
            const sentence = guide.note(topic, note);
            return (
              <li key={sentence} className="wrap-anywhere">
                {sentence}
              </li>
            );
          })}
        </ul>
      </Card>
    );
  }
  return (
    <Card title={t("steps")}>
      <ol className="list-decimal space-y-3 pl-5 text-compact">
        {steps.map((step) => (
          <li key={step.code} className="space-y-1.5">
            <p className="wrap-anywhere">{guide.step(topic, step)}</p>
            {step.commands.length > 0 && (
              <CommandLine command={step.commands.join("\n")} label={t("copyCommands")} />
            )}
          </li>
        ))}
      </ol>
    </Card>
  );
}
