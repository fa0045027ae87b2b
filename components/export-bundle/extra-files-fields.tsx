import { useQuery } from "@tanstack/react-query";
import { ExternalLink } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { bundlesKey } from "#components/bundles/bundles-query.ts";
import { LookAgain } from "#components/bundles/look-again.tsx";
import { uploadFilesHref } from "#components/bundles/store-files-places.ts";
import { getJson, RequestError } from "#components/query/get-json.ts";
import { SearchBox } from "#components/start-job/table-controls.tsx";
import { ButtonLink } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { FieldSet } from "#components/ui/field.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { StoreFileView, StoreView } from "#lib/services/bundles/bundle-views.ts";

/** With fewer, a search is more than there is to be found. */
const manyFiles = 10;

interface ExtraFilesFieldsProps {
  /** Where the bundle is written; what travels along lies there, too. */
  store: StoreView;
  chosen: readonly string[];
  onChange: (names: readonly string[]) => void;
  /** Whether the reader may add files to folders, and have workers look at them. */
  mayWrite: boolean;
}

/** Files beside the bundles of the chosen folder, to be ticked; nobody types a path. */
export function ExtraFilesFields({ store, chosen, onChange, mayWrite }: ExtraFilesFieldsProps) {
  const t = useTranslations("bundles.extraFiles");
  const tCommon = useTranslations("common");
  const { data, error } = useQuery({
    queryKey: [bundlesKey, "stores", store.id, "files"],
    queryFn: ({ signal }) => getJson<StoreFileView[]>(`/api/bundle-stores/${store.id}/files`, signal),
  });
  return (
    <FieldSet legend={t("title")} help={t("help")}>
      {error instanceof RequestError && <ErrorAlert error={error.error} />}
      {!data && !error && <Spinner label={tCommon("loading")} />}
      {data && <FileChoice files={data} store={store} chosen={chosen} onChange={onChange} />}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <LookAgain store={store} mayLook={mayWrite} />
        {mayWrite && store.reachable && (
          // What has been filled in here would be lost.
          <ButtonLink href={uploadFilesHref} target="_blank" size="sm" icon={<ExternalLink aria-hidden />}>
            {t("upload")}
            <span className="sr-only">({t("newTab")})</span>
          </ButtonLink>
        )}
      </div>
    </FieldSet>
  );
}

interface FileChoiceProps extends Omit<ExtraFilesFieldsProps, "mayWrite"> {
  files: readonly StoreFileView[];
}

function FileChoice({ files, store, chosen, onChange }: FileChoiceProps) {
  const t = useTranslations("bundles.extraFiles");
  const formats = useFormats();
  const [search, setSearch] = useState("");
  const gone = chosen.filter((name) => !files.some((file) => file.name === name));
  if (files.length === 0 && gone.length === 0) {
    return <p className="text-compact text-muted">{t("empty", { store: store.name })}</p>;
  }
  const wanted = search.trim().toLowerCase();
  const shown = files.filter(({ name }) => name.toLowerCase().includes(wanted));
  const sum = files.reduce(
    (bytes, { name, sizeBytes }) => bytes + (chosen.includes(name) ? sizeBytes : 0),
    0,
  );
  const toggle = (name: string, checked: boolean) =>
    onChange(checked ? [...chosen, name] : chosen.filter((other) => other !== name));
  return (
    <div className="max-w-2xl space-y-2">
      {files.length > manyFiles && <SearchBox label={t("title")} value={search} onChange={setSearch} />}
      <ul
        tabIndex={0}
        aria-label={t("title")}
        className="max-h-72 divide-y divide-line overflow-y-auto rounded border border-line -outline-offset-2"
      >
        {gone.map((name) => (
          <li key={name} className="px-3 py-1.5">
            <Checkbox
              label={<span className="wrap-anywhere">{name}</span>}
              help={t("gone")}
              checked
              onChange={() => toggle(name, false)}
            />
          </li>
        ))}
        {shown.map(({ name, sizeBytes }) => (
          <li key={name} className="flex items-center justify-between gap-x-4 px-3 py-1.5">
            <Checkbox
              className="flex min-w-0"
              label={<span className="wrap-anywhere">{name}</span>}
              checked={chosen.includes(name)}
              onChange={(event) => toggle(name, event.target.checked)}
            />
            <span className="text-compact whitespace-nowrap text-muted tabular-nums">
              {formats.bytes(sizeBytes)}
            </span>
          </li>
        ))}
      </ul>
      <p role="status" className="text-xs text-muted tabular-nums">
        {t("chosen", { count: chosen.length, size: formats.bytes(sum) })}
      </p>
    </div>
  );
}
