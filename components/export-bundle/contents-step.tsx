import { useTranslations } from "next-intl";
import { type JobOptions, JobOptionsPart } from "#components/start-job/job-options.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import type { ErrorView } from "#lib/errors.ts";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { BundleSummary } from "#lib/services/bundles/bundle-views.ts";
import type { VolumeChoice } from "./volume-choice.ts";
import { VolumeFields } from "./volume-fields.tsx";

/** How the bundle is written, and what of each image goes into it. */
export interface Contents {
  volume: VolumeChoice;
  baseBundleId: string | null;
  sign: boolean;
  options: JobOptions;
  startAtOnce: boolean;
}

interface ContentsStepProps {
  /** Bundles that this one may build on. */
  bases: readonly BundleSummary[];
  contents: Contents;
  onChange: (change: Partial<Contents>) => void;
  /** Why the job could not be made. */
  error: ErrorView | null;
}

export function ContentsStep({ bases, contents, onChange, error }: ContentsStepProps) {
  const t = useTranslations("bundles.exports");
  const tNew = useTranslations("jobs.new");
  const formats = useFormats();
  return (
    <div className="space-y-5">
      {error && <ErrorAlert error={error} />}
      <VolumeFields volume={contents.volume} onChange={(volume) => onChange({ volume })} />
      <Field label={t("base")} help={bases.length === 0 ? t("noBases") : t("baseHelp")}>
        {(control) => (
          <Select
            {...control}
            disabled={bases.length === 0}
            value={contents.baseBundleId ?? ""}
            placeholder={t("noBase")}
            options={bases.map(({ id, name, createdAt }) => ({
              value: id,
              label: `${name} (${formats.date(createdAt)})`,
            }))}
            onChange={({ target }) => onChange({ baseBundleId: target.value === "" ? null : target.value })}
          />
        )}
      </Field>
      <Checkbox
        label={t("sign")}
        help={t("signHelp")}
        checked={contents.sign}
        onChange={(event) => onChange({ sign: event.target.checked })}
      />
      <JobOptionsPart
        options={contents.options}
        onChange={(change) => onChange({ options: { ...contents.options, ...change } })}
      />
      <Checkbox
        label={tNew("holdLabel")}
        help={t("holdHelp")}
        checked={contents.startAtOnce}
        onChange={(event) => onChange({ startAtOnce: event.target.checked })}
      />
    </div>
  );
}
