import { Stethoscope } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { Code } from "#components/ui/code.tsx";
import { addressOf, type KnownMessage, messageChecks, messageCommands } from "#lib/schemas/doctor.ts";
import { CommandLine } from "#components/ui/command-line.tsx";

interface KnownMessageItemProps {
  message: KnownMessage;
  /** Null for those who may start no examination. */
  onExamine: ((address: string) => void) | null;
}

/** A message that is known: its cause, what to do, and what proves it. */
export function KnownMessageItem({ message, onExamine }: KnownMessageItemProps) {
  const t = useTranslations("doctor");
  const tSteps = useTranslations("doctorFindings.steps");
  const { cause, facts, line, count, excerpt } = message;
  const yes = (isSaid: boolean) => (isSaid ? "yes" : "no");
  const image =
    facts.repository === undefined
      ? ""
      : [facts.repository, facts.reference].filter(Boolean).join(facts.reference?.includes(":") ? "@" : ":");
  const values = {
    place: facts.host ?? t("theRegistry"),
    image,
    hasImage: yes(image !== ""),
    names: (facts.names ?? []).join(", "),
    hasNames: yes((facts.names ?? []).length > 0),
    subject: facts.subject ?? "",
    hasSubject: yes(facts.subject !== undefined),
    now: facts.now ?? "",
    hasNow: yes(facts.now !== undefined),
    limit: facts.limit ?? "",
    hasLimit: yes(facts.limit !== undefined),
    server: facts.server ?? "",
    hasServer: yes(facts.server !== undefined),
    address: facts.address ?? "",
    hasAddress: yes(facts.address !== undefined),
  };
  const step = messageChecks[cause];
  const address = addressOf(facts);
  const commands = messageCommands(message);
  return (
    <li className="space-y-2 rounded border border-line p-3 text-compact">
      <h3 className="font-semibold wrap-anywhere">{t(`messages.${cause}.title`, values)}</h3>
      <div className="text-muted">
        <p className="text-xs">{t("atLine", { line, count, more: count - 1 })}</p>
        <p className="line-clamp-3">
          <Code>{excerpt}</Code>
        </p>
      </div>
      <p className="wrap-anywhere">{t(`messages.${cause}.means`, values)}</p>
      <p className="wrap-anywhere">
        <span className="font-semibold">{t("next")}: </span>
        {t(`messages.${cause}.next`, values)}
      </p>
      {commands.length > 0 && (
        <div className="space-y-1">
          <p className="text-muted">{t("runThere")}</p>
          {commands.map((command) => (
            <CommandLine key={command} command={command} label={t("copyCommand", { purpose: command })} />
          ))}
        </div>
      )}
      {step !== null && address !== null && (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          {onExamine !== null && (
            <Button icon={<Stethoscope aria-hidden />} onClick={() => onExamine(address)}>
              {t("fillIn", { address })}
            </Button>
          )}
          <span className="text-xs text-muted">{t("provenBy", { step: tSteps(step) })}</span>
        </div>
      )}
    </li>
  );
}
