import { useTranslations } from "next-intl";
import { useState } from "react";
import { Alert } from "#components/ui/alert.tsx";
import { Button } from "#components/ui/button.tsx";
import { Radio } from "#components/ui/checkbox.tsx";
import { Disclosure } from "#components/ui/disclosure.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type {
  ConfigConflict,
  ConfigField,
  ConfigInput,
  OvertakingConfig,
} from "#lib/schemas/server-config.ts";
import { DifferenceList } from "./difference-list.tsx";
import { type Choices, isResolved, proposeChoices, resolveOvertaking } from "./resolve-overtaking.ts";

interface OvertakingPanelProps {
  input: ConfigInput;
  overtaking: OvertakingConfig;
  /** The same change, upon what the other has saved. */
  onResolve: (input: ConfigInput) => void;
}

/** Somebody else has saved meanwhile: what they have changed, and whose value holds where both meet. */
export function OvertakingPanel({ input, overtaking, onResolve }: OvertakingPanelProps) {
  const t = useTranslations("serverConfig.overtaking");
  const formats = useFormats();
  const { kind } = input.draft;
  const [choices, setChoices] = useState<Choices>(() => proposeChoices(overtaking, kind));
  const { number, savedBy, savedAt, theirs, conflicts, theirsAlone } = overtaking;
  const choose = (field: ConfigField, choice: "mine" | "theirs") =>
    setChoices(new Map([...choices, [field, choice]]));
  // A document has a value for each of them, so its own would take the place of theirs.
  const alone = kind === "import" ? theirsAlone : [];
  return (
    <div className="space-y-4">
      <Alert status="warning" title={t("title")}>
        {t("text", { name: savedBy, number, at: formats.dateTime(savedAt) })}
      </Alert>
      {theirs.count > 0 && (
        <Disclosure title={t("theirsTitle")} summary={t("theirsCount", { count: theirs.count })} defaultOpen>
          <DifferenceList difference={theirs} />
        </Disclosure>
      )}
      {conflicts.length > 0 && (
        <section className="space-y-3">
          <h3 className="text-sm font-semibold">{t("both")}</h3>
          {conflicts.map((conflict) => (
            <ConflictChoice
              key={conflict.field}
              conflict={conflict}
              choice={choices.get(conflict.field)}
              onChoose={(choice) => choose(conflict.field, choice)}
            />
          ))}
        </section>
      )}
      {alone.length > 0 && (
        <section className="space-y-3">
          <h3 className="text-sm font-semibold">{t("theirsAlone")}</h3>
          {alone.map((field) => (
            <AloneChoice
              key={field}
              field={field}
              choice={choices.get(field)}
              onChoose={(choice) => choose(field, choice)}
            />
          ))}
        </section>
      )}
      {conflicts.length === 0 && kind === "edit" && <p className="text-compact">{t("merges")}</p>}
      {(kind === "restore" || kind === "new") && <p className="text-compact">{t(kind)}</p>}
      <Button
        disabled={!isResolved(overtaking, choices)}
        onClick={() => onResolve(resolveOvertaking(input, overtaking, choices))}
      >
        {kind === "new" ? t("showIt") : t("goOn", { number })}
      </Button>
    </div>
  );
}

interface ConflictChoiceProps {
  conflict: ConfigConflict;
  choice: "mine" | "theirs" | undefined;
  onChoose: (choice: "mine" | "theirs") => void;
}

function ConflictChoice({ conflict, choice, onChoose }: ConflictChoiceProps) {
  const t = useTranslations("serverConfig.overtaking");
  const tConfig = useTranslations("serverConfig");
  const { field, before, isSecret } = conflict;
  const show = (lines: string[] | null) => {
    if (isSecret) return t("secret");
    const text = (lines ?? []).join("\n");
    return text === "" ? tConfig("difference.empty") : text;
  };
  return (
    <fieldset className="min-w-0 space-y-2 rounded border border-line p-3">
      <legend className="px-1 text-compact font-medium">{tConfig(`fields.${field}.label`)}</legend>
      {!isSecret && (
        <p className="text-xs wrap-anywhere text-muted">{t("before", { value: show(before) })}</p>
      )}
      {(["mine", "theirs"] as const).map((one) => (
        <Radio
          key={one}
          name={`conflict-${field}`}
          value={one}
          checked={choice === one}
          label={t(one)}
          help={<span className="font-mono wrap-anywhere whitespace-pre-wrap">{show(conflict[one])}</span>}
          onChange={() => onChoose(one)}
        />
      ))}
    </fieldset>
  );
}

interface AloneChoiceProps extends Omit<ConflictChoiceProps, "conflict"> {
  field: ConfigField;
}

function AloneChoice({ field, choice, onChoose }: AloneChoiceProps) {
  const t = useTranslations("serverConfig");
  return (
    <fieldset className="flex min-w-0 flex-wrap gap-x-5 gap-y-1">
      <legend className="text-compact">{t(`fields.${field}.label`)}</legend>
      {(["theirs", "mine"] as const).map((one) => (
        <Radio
          key={one}
          name={`alone-${field}`}
          value={one}
          checked={choice === one}
          label={t(one === "mine" ? "overtaking.takeDocument" : "overtaking.keepTheirs")}
          onChange={() => onChoose(one)}
        />
      ))}
    </fieldset>
  );
}
