"use client";

import { useTranslations } from "next-intl";
import { Code } from "#components/ui/code.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { JobPreview } from "#lib/services/jobs/index.ts";
import { ReadFrom } from "./read-from.tsx";
import { PageSteps, SearchBox } from "./table-controls.tsx";
import { useTableWindow } from "./use-table-window.ts";

export function PreviewTable({ images }: Pick<JobPreview, "images">) {
  const t = useTranslations("jobs.new");
  const tJobs = useTranslations("jobs");
  const tTasks = useTranslations("jobs.tasks");
  const formats = useFormats();
  const table = useTableWindow(images, ({ original, source, target }) => `${original} ${source} ${target}`);
  const label = t("preview");
  const head = "px-3 py-1.5 text-left text-xs font-semibold text-muted";
  return (
    <div className="space-y-2">
      <SearchBox label={label} value={table.search} onChange={table.setSearch} />
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
                {tJobs("source")}
              </th>
              <th scope="col" className={head}>
                {tJobs("target")}
              </th>
              <th scope="col" className={`${head} text-right max-md:hidden`}>
                {tTasks("size")}
              </th>
            </tr>
          </thead>
          <tbody>
            {table.visible.map(({ id, original, source, target, sizeBytes }) => (
              <tr key={id} className="border-line align-top not-last:border-b">
                <td className="px-3 py-1.5">
                  <ReadFrom source={source} original={original} />
                </td>
                <td className="px-3 py-1.5">
                  <Code>{target}</Code>
                </td>
                <td className="px-3 py-1.5 text-right whitespace-nowrap tabular-nums max-md:hidden">
                  {sizeBytes === null ? "–" : formats.bytes(sizeBytes)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <PageSteps
        label={label}
        page={table.page}
        pages={table.pages}
        total={table.found.length}
        onPage={table.setPage}
      />
    </div>
  );
}
