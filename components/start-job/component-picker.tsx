"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { formatVersion } from "#components/catalog/format-version.ts";
import { RequestError } from "#components/query/get-json.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { Code } from "#components/ui/code.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { ComponentChoice, ReleaseRow } from "#lib/schemas/releases.ts";
import { componentQuery } from "./component-query.ts";
import { PageSteps, SearchBox } from "./table-controls.tsx";
import { useTableWindow } from "./use-table-window.ts";

interface ComponentPickerProps {
  release: ReleaseRow;
  chosen: "all" | readonly string[];
  onChoose: (chosen: ReadonlySet<string>, components: readonly ComponentChoice[]) => void;
}

/** A window in which single components of a release are chosen; what the list turns off cannot be. */
export function ComponentPicker({ release, chosen, onChoose }: ComponentPickerProps) {
  const t = useTranslations("jobs.new");
  const tCommon = useTranslations("common");
  const [open, setOpen] = useState(false);
  const { data, error } = useQuery({ ...componentQuery(release.id), enabled: open });
  return (
    <Dialog
      trigger={
        <Button variant="flat" size="sm">
          {t("chooseComponents")}
        </Button>
      }
      open={open}
      onOpenChange={setOpen}
      size="lg"
      title={t("chooseComponentsOf", { name: `${release.name} ${release.version}` })}
      footer={
        <DialogClose>
          <Button variant="primary">{t("done")}</Button>
        </DialogClose>
      }
    >
      {error instanceof RequestError && <ErrorAlert error={error.error} />}
      {data ? (
        <ComponentTable components={data} chosen={chosen} onChoose={(ids) => onChoose(ids, data)} />
      ) : (
        !error && <Spinner label={tCommon("loading")} />
      )}
    </Dialog>
  );
}

interface ComponentTableProps {
  components: readonly ComponentChoice[];
  chosen: "all" | readonly string[];
  onChoose: (chosen: ReadonlySet<string>) => void;
}

function ComponentTable({ components, chosen, onChoose }: ComponentTableProps) {
  const t = useTranslations("jobs.new");
  const tCatalog = useTranslations("catalog");
  const formats = useFormats();
  const label = tCatalog("components");
  const enabled = components.filter((component) => component.enabled);
  const ids = new Set(chosen === "all" ? enabled.map(({ id }) => id) : chosen);
  const table = useTableWindow(components, (row) => `${row.targetPath}${formatVersion(row)}`);
  const set = (rows: readonly ComponentChoice[], on: boolean) => {
    const next = new Set(ids);
    for (const { id, enabled: selectable } of rows) {
      if (on && selectable) next.add(id);
      else next.delete(id);
    }
    onChoose(next);
  };
  return (
    <div className="space-y-2">
      <div className="flex flex-wrap items-center gap-2">
        <SearchBox label={label} value={table.search} onChange={table.setSearch} />
        <Button size="sm" onClick={() => set(table.found, true)}>
          {t("chooseAll")}
        </Button>
        <Button size="sm" onClick={() => set(table.found, false)}>
          {t("chooseNone")}
        </Button>
        <p role="status" className="text-compact text-muted tabular-nums">
          {t("chosen", { chosen: ids.size, total: enabled.length })}
        </p>
      </div>
      <ul className="rounded border border-line">
        {table.visible.map((row) => (
          <li key={row.id} className="flex items-center gap-3 border-line px-3 py-1 not-last:border-b">
            <Checkbox
              checked={ids.has(row.id)}
              disabled={!row.enabled}
              label={<Code>{row.targetPath + formatVersion(row)}</Code>}
              className="min-w-0 flex-1"
              onChange={(event) => set([row], event.target.checked)}
            />
            {!row.enabled && <span className="text-xs text-muted">{t("offHelp")}</span>}
            {row.kind === "bundle" && <Badge status="info">{tCatalog("bundle")}</Badge>}
            <span className="w-20 text-right text-xs text-muted tabular-nums max-sm:hidden">
              {row.sizeBytes === null ? "–" : formats.bytes(row.sizeBytes)}
            </span>
          </li>
        ))}
      </ul>
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
