"use client";

import { Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Alert } from "#components/ui/alert.tsx";
import { Button } from "#components/ui/button.tsx";
import { Checkbox, Radio } from "#components/ui/checkbox.tsx";
import { Field, FieldSet } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { platform } from "#lib/schemas/platform.ts";

const usual = ["linux/amd64", "linux/arm64", "linux/arm/v7", "windows/amd64"];

interface PlatformPickerProps {
  /** Null means all. */
  platforms: readonly string[] | null;
  onChange: (platforms: readonly string[] | null) => void;
}

/** All platforms of an index, or some: from a list of the usual ones, and others by name. */
export function PlatformPicker({ platforms, onChange }: PlatformPickerProps) {
  const t = useTranslations("jobs.options");
  const [others, setOthers] = useState<readonly string[]>([]);
  const chosen = platforms ?? [];
  const setChosen = (name: string, wanted: boolean) =>
    onChange(wanted ? [...chosen, name] : chosen.filter((each) => each !== name));
  const add = (name: string) => {
    if (!usual.includes(name) && !others.includes(name)) setOthers([...others, name]);
    if (!chosen.includes(name)) setChosen(name, true);
  };
  return (
    <FieldSet legend={t("platforms")} help={t("platformsHelp")}>
      <Radio
        name="platforms"
        checked={platforms === null}
        label={t("allPlatforms")}
        onChange={() => onChange(null)}
      />
      <Radio
        name="platforms"
        checked={platforms !== null}
        label={t("somePlatforms")}
        help={t("somePlatformsHelp")}
        onChange={() => onChange(["linux/amd64"])}
      />
      {platforms !== null && (
        <div className="space-y-3 pl-6">
          <div className="flex flex-wrap gap-x-5 gap-y-1.5">
            {[...usual, ...others].map((name) => (
              <Checkbox
                key={name}
                label={name}
                checked={platforms.includes(name)}
                onChange={(event) => setChosen(name, event.target.checked)}
              />
            ))}
          </div>
          <OtherPlatform onAdd={add} />
          {platforms.length === 0 && <Alert status="danger">{t("choosePlatform")}</Alert>}
        </div>
      )}
    </FieldSet>
  );
}

function OtherPlatform({ onAdd }: { onAdd: (platform: string) => void }) {
  const t = useTranslations("jobs.options");
  const tProblem = useTranslations("errors.input");
  const [text, setText] = useState("");
  const [wrong, setWrong] = useState(false);
  const add = () => {
    const parsed = platform.safeParse(text);
    setWrong(!parsed.success);
    if (!parsed.success) return;
    onAdd(parsed.data);
    setText("");
  };
  return (
    <Field label={t("otherPlatform")} error={wrong ? tProblem("platform-format") : undefined}>
      {(control) => (
        <div className="flex max-w-80 gap-2">
          <Input
            {...control}
            value={text}
            placeholder="linux/ppc64le"
            autoCapitalize="off"
            autoComplete="off"
            spellCheck={false}
            maxLength={100}
            className="font-mono"
            onChange={(event) => {
              setText(event.target.value);
              setWrong(false);
            }}
            onKeyDown={(event) => {
              if (event.key !== "Enter") return;
              // It would send the whole form.
              event.preventDefault();
              add();
            }}
          />
          <Button icon={<Plus aria-hidden />} onClick={add}>
            {t("addPlatform")}
          </Button>
        </div>
      )}
    </Field>
  );
}
