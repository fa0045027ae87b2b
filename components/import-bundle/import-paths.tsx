import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { formatGridHref } from "#components/datagrid/grid-href.ts";
import { getJson, RequestError } from "#components/query/get-json.ts";
import type { DestinationChoice } from "#components/start-job/destination-fields.tsx";
import { PageSteps, SearchBox } from "#components/start-job/table-controls.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Code } from "#components/ui/code.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { bundleImagesQuery } from "#lib/schemas/bundles.ts";
import type { Page } from "#lib/schemas/list-query.ts";
import type { BundleImageView } from "#lib/services/bundles/bundle-views.ts";

interface ImportPathsProps {
  bundleId: string;
  /** The first of the images. */
  initial: Page<BundleImageView>;
  destination: DestinationChoice;
  folder: string;
}

/** Where each image will stand, as far as the fields say it. */
export function ImportPaths({ bundleId, initial, destination, folder }: ImportPathsProps) {
  const t = useTranslations("bundles");
  const tJobs = useTranslations("jobs");
  const [{ search, page }, setWindow] = useState({ search: "", page: 1 });
  const query = bundleImagesQuery.parse({ search, page });
  const { data, error } = useQuery({
    queryKey: ["import-paths", bundleId, query],
    queryFn: ({ signal }) =>
      getJson<Page<BundleImageView>>(formatGridHref(`/api/bundles/${bundleId}/images`, query), signal),
    placeholderData: keepPreviousData,
    ...(search === "" && page === 1 && { initialData: initial }),
  });
  const { rows, total, pageSize } = data ?? initial;
  const { basePath, registry } = destination;
  const target = ({ repository, tag, digest }: BundleImageView) => {
    const path = [registry.host, basePath, folder.trim(), repository].filter((part) => part !== "").join("/");
    return tag === "" ? `${path}@${digest}` : `${path}:${tag}`;
  };
  const label = t("images");
  const head = "px-3 py-1.5 text-left text-xs font-semibold text-muted";
  return (
    <div className="space-y-2">
      <p className="text-compact font-semibold">{t("imports.paths")}</p>
      {error instanceof RequestError && <ErrorAlert error={error.error} />}
      <SearchBox label={label} value={search} onChange={(text) => setWindow({ search: text, page: 1 })} />
      <div
        role="region"
        aria-label={label}
        tabIndex={0}
        className="overflow-x-auto rounded border border-line -outline-offset-2"
      >
        <table className="w-full text-compact">
          <caption className="sr-only">{label}</caption>
          <thead className="bg-sunken">
            <tr className="border-b border-line">
              <th scope="col" className={head}>
                {tJobs("tasks.image")}
              </th>
              <th scope="col" className={head}>
                {tJobs("target")}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((image) => (
              <tr key={image.position} className="border-line align-top not-last:border-b">
                <td className="px-3 py-1.5 wrap-anywhere">
                  <Code>{image.original}</Code>
                </td>
                <td className="px-3 py-1.5 wrap-anywhere">
                  <Code>{target(image)}</Code> {image.inBase && <Badge>{t("inBase")}</Badge>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <PageSteps
        label={label}
        page={page}
        pages={Math.max(1, Math.ceil(total / pageSize))}
        total={total}
        onPage={(next) => setWindow({ search, page: next })}
      />
    </div>
  );
}
