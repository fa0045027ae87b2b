import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { getJson, RequestError } from "#components/query/get-json.ts";
import { Alert } from "#components/ui/alert.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import { Stat, StatGroup } from "#components/ui/stat.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { BundleDetail, StoreView } from "#lib/services/bundles/bundle-views.ts";

/** The files that a planned export would write, and whether there is room for them. */
export function PlannedBundle({ id }: { id: string }) {
  const t = useTranslations("jobs.bundle");
  const tCommon = useTranslations("common");
  const formats = useFormats();
  const bundle = useQuery({
    queryKey: ["bundles", id],
    queryFn: ({ signal }) => getJson<BundleDetail>(`/api/bundles/${id}`, signal),
  });
  const stores = useQuery({
    queryKey: ["bundle-stores"],
    queryFn: ({ signal }) => getJson<StoreView[]>("/api/bundle-stores", signal),
  });
  const failure = [bundle.error, stores.error].find((error) => error instanceof RequestError);
  if (failure) return <ErrorAlert error={failure.error} />;
  if (!bundle.data || !stores.data) return <Spinner label={tCommon("loading")} />;
  const { files, sizeBytes, store } = bundle.data;
  const freeBytes = stores.data.find((each) => each.id === store.id)?.freeBytes ?? null;
  const tight = sizeBytes !== null && freeBytes !== null && freeBytes < sizeBytes;
  return (
    <>
      <StatGroup>
        <Stat
          label={t("size")}
          value={sizeBytes === null ? "–" : formats.bytes(sizeBytes)}
          detail={t("files", { count: files.length })}
        />
        <Stat
          label={t("free")}
          value={freeBytes === null ? "–" : formats.bytes(freeBytes)}
          detail={t("inStore", { store: store.name })}
        />
      </StatGroup>
      {tight && (
        <Alert status="warning" live="off" title={t("tight")}>
          {t("tightHelp")}
        </Alert>
      )}
    </>
  );
}
