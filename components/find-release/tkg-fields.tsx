"use client";

import { useTranslations } from "next-intl";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { Field, FieldSet } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { infrastructures, type KubernetesRelease, type TkgVersion } from "#lib/schemas/discoveries.ts";
import type { DraftFields } from "./draft-fields.ts";
import { LinesField } from "./lines-field.tsx";
import { LookUpButton } from "./look-up-button.tsx";
import { OfferList } from "./offer-list.tsx";
import { useLookUp } from "./use-look-up.ts";

/** A version of TKG, and which of what it supports. */
export function TkgFields({ fields, set, fieldError }: DraftFields) {
  const t = useTranslations("catalog.find");
  const { source } = fields;
  const tkgVersion = fields.tkgVersion.trim();
  const noInfrastructure = fieldError("infrastructures");
  const versions = useLookUp<TkgVersion[]>(
    `/api/discoveries/tkg-versions?${new URLSearchParams({ source }).toString()}`,
  );
  const releases = useLookUp<KubernetesRelease[]>(
    `/api/discoveries/kubernetes-releases?${new URLSearchParams({ source, version: tkgVersion }).toString()}`,
  );
  return (
    <>
      <div className="space-y-3">
        <TextField
          label={t("tkgVersion")}
          help={t("tkgVersionHelp")}
          error={fieldError("tkgVersion")}
          required
          verbatim
          className="max-w-56 font-mono"
          value={fields.tkgVersion}
          onChange={(event) => set({ tkgVersion: event.target.value })}
        />
        <LookUpButton
          lookUp={versions}
          label={t("lookUpVersions")}
          source={source}
          disabled={source.trim() === ""}
          none={versions.answer?.length === 0 ? t("noVersions") : null}
        />
        {versions.answer && versions.answer.length > 0 && (
          <Field label={t("versionsFound", { count: versions.answer.length })} required>
            {(control) => (
              <Select
                {...control}
                className="max-w-72"
                value={versions.answer?.some(({ version }) => version === tkgVersion) ? tkgVersion : ""}
                placeholder={t("chooseVersion")}
                options={(versions.answer ?? []).map(({ version, isCompatible }) => ({
                  value: version,
                  label: isCompatible ? version : t("notCompatible", { version }),
                }))}
                onChange={(event) => set({ tkgVersion: event.target.value, kubernetesReleases: "" })}
              />
            )}
          </Field>
        )}
      </div>
      <div className="space-y-3">
        <LinesField
          label={t("kubernetesReleases")}
          help={t("kubernetesReleasesHelp")}
          error={fieldError("kubernetesReleases")}
          placeholder="v1.24.10+vmware.1-tkg.2"
          value={fields.kubernetesReleases}
          onChange={(kubernetesReleases) => set({ kubernetesReleases })}
        />
        <LookUpButton
          lookUp={releases}
          label={t("lookUpKubernetes")}
          source={source}
          disabled={source.trim() === "" || tkgVersion === ""}
          none={releases.answer?.length === 0 ? t("noKubernetesReleases") : null}
        />
        {releases.answer && releases.answer.length > 0 && (
          <OfferList
            legend={t("kubernetesFound", { version: tkgVersion })}
            offers={releases.answer.map(({ version, isDefault }) => ({
              id: version,
              help: isDefault ? t("defaultKubernetes") : "",
              versions: [],
            }))}
            lines={fields.kubernetesReleases}
            onChange={(kubernetesReleases) => set({ kubernetesReleases })}
          />
        )}
      </div>
      <FieldSet
        legend={t("infrastructures")}
        help={
          noInfrastructure === undefined ? (
            t("infrastructuresHelp")
          ) : (
            <span className="text-danger">{noInfrastructure}</span>
          )
        }
      >
        {infrastructures.map((infrastructure) => (
          <Checkbox
            key={infrastructure}
            label={infrastructure}
            help={t(`infrastructure.${infrastructure}`)}
            aria-invalid={noInfrastructure === undefined ? undefined : true}
            checked={fields.infrastructures.includes(infrastructure)}
            onChange={(event) =>
              set({
                infrastructures: infrastructures.filter((one) =>
                  one === infrastructure ? event.target.checked : fields.infrastructures.includes(one),
                ),
              })
            }
          />
        ))}
      </FieldSet>
    </>
  );
}
