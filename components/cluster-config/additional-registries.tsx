"use client";

import { Plus, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef } from "react";
import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { FieldSet } from "#components/ui/field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { type ConfigForm, maxAdditionalRegistries } from "#lib/schemas/cluster-config.ts";
import type { ConfigFieldProps } from "./config-field-props.ts";

type Other = ConfigForm["additionalRegistries"][number];

/** Registries beside the destination's that nodes pull from. */
export function AdditionalRegistries({ form, set, fieldError }: ConfigFieldProps) {
  const t = useTranslations("clusterConfig.fields");
  const addButton = useRef<HTMLButtonElement>(null);
  const list = form.additionalRegistries;
  const isFull = list.length >= maxAdditionalRegistries;
  const change = (index: number, part: Partial<Other>) =>
    set({ additionalRegistries: list.map((one, at) => (at === index ? { ...one, ...part } : one)) });
  return (
    <FieldSet legend={t("additionalRegistries")} help={t("additionalRegistriesHelp")}>
      {list.map((other, index) => (
        <div key={index} className="space-y-2 rounded border border-line p-3">
          <TextField
            label={t("additionalRegistry", { number: index + 1 })}
            error={fieldError(`additionalRegistries.${index}.registry`)}
            required
            verbatim
            autoComplete="off"
            className="font-mono"
            placeholder="harbor.example.com/tools"
            value={other.registry}
            onChange={(event) => change(index, { registry: event.target.value })}
          />
          <Checkbox
            label={t("trustsSame")}
            checked={other.trustsSame}
            onChange={(event) => change(index, { trustsSame: event.target.checked })}
          />
          <Checkbox
            label={t("skipTlsVerify")}
            checked={other.skipTlsVerify}
            onChange={(event) => change(index, { skipTlsVerify: event.target.checked })}
          />
          <Button
            size="sm"
            icon={<X aria-hidden />}
            onClick={() => {
              set({ additionalRegistries: list.filter((_, at) => at !== index) });
              // This button goes along, and gives up the focus.
              addButton.current?.focus();
            }}
          >
            {t("removeRegistry", { number: index + 1 })}
          </Button>
        </div>
      ))}
      <Button
        ref={addButton}
        size="sm"
        icon={<Plus aria-hidden />}
        // Not `disabled`, and not taken away: it keeps the focus once the last one is added.
        aria-disabled={isFull || undefined}
        onClick={() =>
          !isFull &&
          set({
            additionalRegistries: [...list, { registry: "", trustsSame: true, skipTlsVerify: false }],
          })
        }
      >
        {t("addRegistry")}
      </Button>
    </FieldSet>
  );
}
