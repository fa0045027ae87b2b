import { useTranslations } from "next-intl";
import { Card } from "#components/ui/card.tsx";
import { CommandLine } from "#components/ui/command-line.tsx";
import type { NodeCommandView } from "#lib/schemas/doctor.ts";

/** What to type on a node to see the same from there. */
export function NodeCommands({ commands }: { commands: readonly NodeCommandView[] }) {
  const t = useTranslations("doctor");
  const tPurposes = useTranslations("doctor.purposes");
  if (commands.length === 0) return null;
  return (
    <Card title={t("commands")}>
      <div className="space-y-4">
        <p className="max-w-3xl text-compact text-muted">{t("commandsHelp")}</p>
        <ul className="space-y-3">
          {commands.map(({ purpose, command }) => {
            const what = tPurposes.has(purpose as never) ? tPurposes(purpose as never) : purpose;
            return (
              <li key={`${purpose} ${command}`} className="space-y-1">
                <p className="text-compact">{what}</p>
                <CommandLine command={command} label={t("copyCommand", { purpose: what })} />
              </li>
            );
          })}
        </ul>
      </div>
    </Card>
  );
}
