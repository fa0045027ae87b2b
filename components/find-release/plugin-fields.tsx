"use client";

import { useTranslations } from "next-intl";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { FieldSet } from "#components/ui/field.tsx";
import type { PluginOffers } from "#lib/schemas/discoveries.ts";
import type { DraftFields } from "./draft-fields.ts";
import { usualMachines } from "./find-draft.ts";
import { LinesField } from "./lines-field.tsx";
import { LookUpButton } from "./look-up-button.tsx";
import { OfferList } from "./offer-list.tsx";
import { useLookUp } from "./use-look-up.ts";

/** Which plug-ins of the Tanzu CLI, and for which machines. */
export function PluginFields({ fields, set, fieldError }: DraftFields) {
  const t = useTranslations("catalog.find");
  const { source } = fields;
  const offers = useLookUp<PluginOffers>(
    `/api/discoveries/plugins?${new URLSearchParams({ source }).toString()}`,
  );
  const { answer } = offers;
  const machines = [...new Set([...usualMachines, ...(answer?.machines ?? []), ...fields.machines])];
  return (
    <>
      <div className="space-y-2">
        <LookUpButton
          lookUp={offers}
          label={t("lookUpPlugins")}
          source={source}
          disabled={source.trim() === ""}
          none={answer?.plugins.length === 0 ? t("noPlugins") : null}
        />
        {answer?.isCut && <p className="text-xs text-muted">{t("pluginsCut")}</p>}
      </div>
      <div className="space-y-3">
        <LinesField
          label={t("groups")}
          help={t("groupsHelp")}
          error={fieldError("groups")}
          placeholder="vmware-tkg/default:v2.3.1"
          value={fields.groups}
          onChange={(groups) => set({ groups })}
        />
        {answer && answer.groups.length > 0 && (
          <OfferList
            legend={t("groupsFound")}
            offers={answer.groups.map(({ id, description, versions, isEssential }) => ({
              id,
              help: description,
              versions,
              isEssential,
            }))}
            lines={fields.groups}
            onChange={(groups) => set({ groups })}
          />
        )}
      </div>
      <div className="space-y-3">
        <LinesField
          label={t("plugins")}
          help={t("pluginsHelp")}
          error={fieldError("plugins")}
          placeholder="package@kubernetes:v0.32.1"
          value={fields.plugins}
          onChange={(plugins) => set({ plugins })}
        />
        {answer && answer.plugins.length > 0 && (
          <OfferList
            legend={t("pluginsFound")}
            offers={answer.plugins.map(({ name, target, description, versions }) => ({
              id: `${name}@${target}`,
              help: description,
              versions,
            }))}
            lines={fields.plugins}
            onChange={(plugins) => set({ plugins })}
          />
        )}
      </div>
      <FieldSet legend={t("machines")} help={t("machinesHelp")}>
        <div className="flex flex-wrap gap-x-6 gap-y-1">
          {machines.map((machine) => (
            <Checkbox
              key={machine}
              label={machine}
              checked={fields.machines.includes(machine)}
              onChange={(event) =>
                set({
                  machines: machines.filter((one) =>
                    one === machine ? event.target.checked : fields.machines.includes(one),
                  ),
                })
              }
            />
          ))}
        </div>
      </FieldSet>
    </>
  );
}
