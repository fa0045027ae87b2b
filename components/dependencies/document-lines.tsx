"use client";

import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useAction } from "#components/forms/use-action.ts";
import { PageSteps, SearchBox } from "#components/start-job/table-controls.tsx";
import { useTableWindow } from "#components/start-job/use-table-window.ts";
import { Alert } from "#components/ui/alert.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { switchLinesAction } from "#lib/actions/dependencies.ts";
import type { ReleaseDocument } from "#lib/schemas/dependencies.ts";
import { DocumentLineRow } from "./document-line-row.tsx";

interface DocumentLinesProps {
  releaseId: string;
  document: ReleaseDocument;
  mayWrite: boolean;
}

/** A document line by line, its components to be switched on and off. */
export function DocumentLines({ releaseId, document, mayWrite }: DocumentLinesProps) {
  const t = useTranslations("documentLines");
  const tCommon = useTranslations("common");
  const router = useRouter();
  const toast = useToast();
  const { file, digest, lines } = document;
  /** Lines that are to be other than they are, by number. */
  const [switched, setSwitched] = useState<ReadonlySet<number>>(new Set());
  const { run, pending, error } = useAction(switchLinesAction);
  const table = useTableWindow(lines, ({ text }) => text);
  const bad = lines.filter((line) => line.error !== null).length;
  const toggle = (number: number) => {
    const next = new Set(switched);
    if (!next.delete(number)) next.add(number);
    setSwitched(next);
  };
  const save = () => {
    const wanted = lines.filter(({ number, enabled }) => enabled !== null && switched.has(number));
    const input = {
      releaseId,
      digest,
      lines: wanted.map(({ number, enabled }) => ({ number, enabled: !enabled })),
    };
    void run(input, () => {
      toast({ status: "success", title: t("saved", { file }) });
      setSwitched(new Set());
      router.refresh();
    });
  };
  return (
    <Card
      title={file}
      aside={<SearchBox label={t("lines")} value={table.search} onChange={table.setSearch} />}
      flush
      footer={
        mayWrite && (
          <>
            <Button variant="primary" loading={pending} disabled={switched.size === 0} onClick={save}>
              {tCommon("save")}
            </Button>
            <Button disabled={switched.size === 0} onClick={() => setSwitched(new Set())}>
              {t("discard")}
            </Button>
            <span role="status" className="text-xs text-muted">
              {t("changed", { count: switched.size })}
            </span>
          </>
        )
      }
    >
      {error && <ErrorAlert error={error} />}
      {bad > 0 && (
        <div className="p-3">
          <Alert status="warning" live="off">
            {t("badLines", { count: bad })}
          </Alert>
        </div>
      )}
      <ol className="divide-y divide-line">
        {table.visible.map((line) => (
          <DocumentLineRow
            key={line.number}
            line={line}
            enabled={line.enabled !== switched.has(line.number)}
            isSwitched={switched.has(line.number)}
            onToggle={mayWrite ? () => toggle(line.number) : null}
          />
        ))}
      </ol>
      <div className="px-4 py-2">
        <PageSteps
          label={t("lines")}
          page={table.page}
          pages={table.pages}
          total={table.found.length}
          onPage={table.setPage}
        />
      </div>
    </Card>
  );
}
