import { useTranslations } from "next-intl";
import { useState } from "react";
import { StatusLabel } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field, FieldSet } from "#components/ui/field.tsx";
import { Link } from "#components/ui/link.tsx";
import { Select } from "#components/ui/select.tsx";
import type { CseVersion } from "#lib/schemas/cse-versions.ts";
import { changeToRelease, findReleases, type ServerField } from "#lib/schemas/server-config.ts";
import { ConfigField, type ConfigFieldsProps } from "./config-field.tsx";

const groups = {
  cse: ["capvcdVersion", "cpiVersion", "csiVersion", "rdeProjectorVersion", "clusterTypeVersion"],
  clusterApi: [
    "coreCapiVersion",
    "controlPlaneProviderVersion",
    "bootstrapProviderVersion",
    "clusterctlVersion",
  ],
  tools: ["certManagerVersion", "kindVersion", "kindestNodeVersion"],
  optional: ["cniVersion", "dockerVersion", "kubectlVersion"],
} as const satisfies Readonly<Record<string, readonly ServerField[]>>;

interface VersionsTabProps extends ConfigFieldsProps {
  releases: readonly CseVersion[];
}

/** Versions of components, which a release of the extension can fill in. */
export function VersionsTab({ releases, ...props }: VersionsTabProps) {
  const t = useTranslations("serverConfig.versions");
  const tConfig = useTranslations("serverConfig");
  const { config, form, mayWrite } = props;
  const [chosen, setChosen] = useState("");
  const present = {
    capvcdVersion: form.value("capvcdVersion"),
    cpiVersion: form.value("cpiVersion"),
    csiVersion: form.value("csiVersion"),
    rdeProjectorVersion: form.value("rdeProjectorVersion"),
    clusterTypeVersion: form.value("clusterTypeVersion"),
  };
  const matching = findReleases(present, releases).map(({ version }) => version);
  const release = releases.find(({ version }) => version === chosen);
  const apply = () => {
    if (!release) return;
    const { laterFields } = config;
    const change = Object.entries(changeToRelease(release.components)) as [ServerField, string][];
    form.setAll(Object.fromEntries(change.filter(([field]) => !laterFields.includes(field))));
  };
  return (
    <div className="space-y-5">
      <p className="max-w-3xl text-compact text-muted">{tConfig("tabHelp.versions")}</p>
      <div role="status">
        <StatusLabel status={matching.length > 0 ? "success" : "warning"} className="text-compact">
          {matching.length > 0 ? t("matches", { versions: matching.join(", ") }) : t("matchesNone")}
        </StatusLabel>
      </div>
      <div className="flex flex-wrap items-end gap-3">
        {mayWrite && (
          <>
            <Field label={t("release")} className="w-56">
              {(control) => (
                <Select
                  {...control}
                  value={chosen}
                  placeholder={t("choose")}
                  options={releases.map(({ version }) => ({ value: version, label: version }))}
                  onChange={(event) => setChosen(event.target.value)}
                />
              )}
            </Field>
            <Button disabled={!release} onClick={apply}>
              {t("apply")}
            </Button>
          </>
        )}
        <Link href="/catalog/versions" className="inline-flex h-8 target items-center text-compact link">
          {t("table")}
        </Link>
      </div>
      {(Object.keys(groups) as (keyof typeof groups)[]).map((group) => (
        <FieldSet key={group} legend={t(`groups.${group}`)}>
          <div className="grid items-start gap-x-6 gap-y-4 sm:grid-cols-2 lg:grid-cols-3">
            {groups[group].map((field) => (
              <ConfigField key={field} field={field} optional={group === "optional"} {...props} />
            ))}
          </div>
        </FieldSet>
      ))}
    </div>
  );
}
