"use client";

import { Upload } from "lucide-react";
import { useTranslations } from "next-intl";
import { PageSteps, SearchBox } from "#components/start-job/table-controls.tsx";
import { useTableWindow } from "#components/start-job/use-table-window.ts";
import { ButtonLink } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { DateTime } from "#components/ui/time.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { StoreFileView, StoreView } from "#lib/services/bundles/bundle-views.ts";
import { DeleteStoreFile } from "./delete-store-file.tsx";
import { storeFilesId, uploadFilesHref } from "./store-files-places.ts";

/** A file beside the bundles, with its folder. */
export interface StoredFile extends StoreFileView {
  store: Pick<StoreView, "id" | "name">;
}

/** With fewer, a search is more than there is to be found. */
const manyFiles = 10;

interface StoreFilesCardProps {
  files: readonly StoredFile[];
  mayWrite: boolean;
  /** There is a folder that the panel can write to. */
  mayUpload: boolean;
}

/** Files that lie beside the bundles and can travel along with an export. */
export function StoreFilesCard({ files, mayWrite, mayUpload }: StoreFilesCardProps) {
  const t = useTranslations("bundles.storeFiles");
  return (
    <Card
      id={storeFilesId}
      title={t("title")}
      aside={
        mayUpload && (
          <ButtonLink href={uploadFilesHref} size="sm" icon={<Upload aria-hidden />}>
            {t("upload")}
          </ButtonLink>
        )
      }
      flush
    >
      <p className="px-4 py-2.5 text-compact text-muted">{files.length === 0 ? t("empty") : t("help")}</p>
      {files.length > 0 && <FilesTable files={files} mayWrite={mayWrite} />}
    </Card>
  );
}

function FilesTable({ files, mayWrite }: Omit<StoreFilesCardProps, "mayUpload">) {
  const t = useTranslations("bundles.storeFiles");
  const tBundles = useTranslations("bundles");
  const tCommon = useTranslations("common");
  const tGrid = useTranslations("grid");
  const formats = useFormats();
  const table = useTableWindow(files, ({ name }) => name);
  const label = t("title");
  const many = files.length > manyFiles;
  const head = "px-4 py-1.5 text-left text-xs font-semibold whitespace-nowrap text-muted";
  return (
    <>
      {many && (
        <div className="px-4 pb-2.5">
          <SearchBox label={label} value={table.search} onChange={table.setSearch} />
        </div>
      )}
      <div
        role="region"
        aria-label={label}
        tabIndex={0}
        className="overflow-x-auto border-t border-line -outline-offset-2"
      >
        <table className="w-full text-compact">
          <caption className="sr-only">{label}</caption>
          <thead className="bg-sunken">
            <tr className="border-b border-line">
              <th scope="col" className={head}>
                {tCommon("name")}
              </th>
              <th scope="col" className={`${head} text-right`}>
                {tBundles("size")}
              </th>
              <th scope="col" className={`${head} max-md:hidden`}>
                {t("modifiedAt")}
              </th>
              <th scope="col" className={`${head} max-md:hidden`}>
                {tBundles("store")}
              </th>
              {mayWrite && (
                <th scope="col" className="w-px px-4">
                  <span className="sr-only">{tGrid("actions")}</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {table.visible.map((file) => (
              <tr key={`${file.store.id}/${file.name}`} className="border-line not-last:border-b">
                <th scope="row" className="px-4 py-1.5 text-left font-medium wrap-anywhere">
                  {file.name}
                </th>
                <td className="px-4 py-1.5 text-right whitespace-nowrap tabular-nums">
                  {formats.bytes(file.sizeBytes)}
                </td>
                <td className="px-4 py-1.5 whitespace-nowrap max-md:hidden">
                  <DateTime value={file.modifiedAt} />
                </td>
                <td className="px-4 py-1.5 wrap-anywhere max-md:hidden">{file.store.name}</td>
                {mayWrite && (
                  <td className="px-4 py-0.5 text-right">
                    <DeleteStoreFile file={file} />
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {many && (
        <div className="border-t border-line px-4 py-1.5">
          <PageSteps
            label={label}
            page={table.page}
            pages={table.pages}
            total={table.found.length}
            onPage={table.setPage}
          />
        </div>
      )}
    </>
  );
}
