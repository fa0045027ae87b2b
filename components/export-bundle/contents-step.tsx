import { useTranslations } from "next-intl";
import { type JobOptions, JobOptionsPart } from "#components/start-job/job-options.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/select.tsx";
import type { ErrorView } from "#lib/errors.ts";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { BundleSummary, StoreView } from "#lib/services/bundles/bundle-views.ts";
import type { Contents, ExportFormat } from "./contents.ts";
import { ExtraFilesFields } from "./extra-files-fields.tsx";
import { FormatFields } from "./format-fields.tsx";
import { VolumeFields } from "./volume-fields.tsx";

interface ContentsStepProps {
  /** Bundles that this one may build on. */
  bases: readonly BundleSummary[];
  /** Where it is written. */
  store: StoreView | undefined;
  mayWrite: boolean;
  /** What the chosen releases can be written as. */
  formats: readonly ExportFormat[];
  contents: Contents;
  onChange: (change: Partial<Contents>) => void;
  /** Why the job could not be made. */
  error: ErrorView | null;
}

export function ContentsStep(props: ContentsStepProps) {
  const { bases, store, mayWrite, formats, contents, onChange, error } = props;
  const t = useTranslations("bundles.exports");
  const tNew = useTranslations("jobs.new");
  return (
    <div className="space-y-5">
      {error && <ErrorAlert error={error} />}
      <FormatFields format={contents.format} offered={formats} onChange={(format) => onChange({ format })} />
      {contents.format === "drayage" && (
        <>
          <VolumeFields volume={contents.volume} onChange={(volume) => onChange({ volume })} />
          <BaseField bases={bases} contents={contents} onChange={onChange} />
          <Checkbox
            label={t("sign")}
            help={t("signHelp")}
            checked={contents.sign}
            onChange={(event) => onChange({ sign: event.target.checked })}
          />
          {store && (
            <ExtraFilesFields
              store={store}
              chosen={contents.extraFiles}
              onChange={(extraFiles) => onChange({ extraFiles })}
              mayWrite={mayWrite}
            />
          )}
        </>
      )}
      <JobOptionsPart
        options={contents.options}
        onChange={(change: Partial<JobOptions>) => onChange({ options: { ...contents.options, ...change } })}
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

function BaseField({
  bases,
  contents,
  onChange,
}: Pick<ContentsStepProps, "bases" | "contents" | "onChange">) {
  const t = useTranslations("bundles.exports");
  const formats = useFormats();
  return (
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
  );
}
