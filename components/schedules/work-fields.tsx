import { useTranslations } from "next-intl";
import {
  DestinationField,
  listDestinations,
  OrganizationField,
} from "#components/start-job/destination-fields.tsx";
import { JobOptionsPart } from "#components/start-job/job-options.tsx";
import { SourceFields } from "#components/start-job/source-fields.tsx";
import { usableRegistries } from "#components/start-job/usable-registries.ts";
import { Alert } from "#components/ui/alert.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { Field, FieldSet } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import type { RegistryChoice } from "#lib/schemas/registries.ts";
import type { ReleaseRow } from "#lib/schemas/releases.ts";
import type { ScheduleDraft } from "./schedule-draft.ts";

/** What can be chosen; a tenant chooses none of it. */
export interface WorkChoices {
  releases: readonly Pick<ReleaseRow, "id" | "name" | "version">[];
  registries: readonly RegistryChoice[];
  organizations: readonly { id: string; displayName: string }[];
}

interface WorkFieldsProps extends WorkChoices {
  draft: ScheduleDraft;
  set: (change: Partial<ScheduleDraft>) => void;
  fieldError: (field: string) => string | undefined;
}

/** What a schedule starts, by its kind. */
export function WorkFields({ draft, set, fieldError, ...choices }: WorkFieldsProps) {
  const t = useTranslations("schedules");
  const tVerify = useTranslations("jobs.verify");
  const tNew = useTranslations("jobs.new");
  const { kind, organizationId } = draft;
  const usable = usableRegistries(choices.registries, organizationId);
  if (kind === "publish") {
    return (
      <Field label={t("organization")} help={t("publishHelp")} error={fieldError("organizationId")} required>
        {(control) => (
          <Select
            {...control}
            value={organizationId ?? ""}
            placeholder={tNew("choose")}
            options={choices.organizations.map(({ id, displayName }) => ({ value: id, label: displayName }))}
            onChange={({ target }) => set({ organizationId: target.value === "" ? null : target.value })}
          />
        )}
      </Field>
    );
  }
  const releases = (
    <ReleasesField
      releases={choices.releases}
      chosen={draft.releaseIds}
      error={fieldError("releaseIds")}
      onChange={(releaseIds) => set({ releaseIds })}
    />
  );
  if (kind === "refresh") return releases;
  return (
    <>
      {releases}
      <OrganizationField
        organizations={choices.organizations}
        organizationId={organizationId}
        error={fieldError("organizationId")}
        onChange={(id) => set({ organizationId: id, sourceRegistryId: null, destinationId: "" })}
      />
      <SourceFields registries={usable} source={draft} onChange={set} fieldError={fieldError} />
      <DestinationField
        destinations={listDestinations(usable)}
        destinationId={draft.destinationId}
        error={fieldError("destinationId")}
        onChange={(destinationId) => set({ destinationId })}
      />
      <JobOptionsPart options={draft} onChange={set} />
      {kind === "verify" && (
        <Checkbox
          label={tVerify("readBlobs")}
          help={tVerify("readBlobsHelp")}
          checked={draft.readBlobs}
          onChange={(event) => set({ readBlobs: event.target.checked })}
        />
      )}
    </>
  );
}

interface ReleasesFieldProps {
  releases: WorkChoices["releases"];
  chosen: readonly string[];
  error: string | undefined;
  onChange: (chosen: readonly string[]) => void;
}

function ReleasesField({ releases, chosen, error, onChange }: ReleasesFieldProps) {
  const t = useTranslations("schedules");
  const tNew = useTranslations("jobs.new");
  if (releases.length === 0) return <Alert status="warning">{tNew("noReleases")}</Alert>;
  return (
    <FieldSet legend={t("releases")} help={t("releasesHelp")}>
      {error !== undefined && <Alert status="danger">{error}</Alert>}
      <div className="max-h-72 space-y-1.5 overflow-y-auto rounded border border-line p-3">
        {releases.map(({ id, name, version }) => (
          <Checkbox
            key={id}
            label={`${name} ${version}`}
            checked={chosen.includes(id)}
            {...(error !== undefined && { "aria-invalid": true })}
            onChange={(event) =>
              onChange(event.target.checked ? [...chosen, id] : chosen.filter((one) => one !== id))
            }
          />
        ))}
      </div>
    </FieldSet>
  );
}
