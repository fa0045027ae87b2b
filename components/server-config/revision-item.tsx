"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { getJson, RequestError } from "#components/query/get-json.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { ConfigRevisionRow, ShownDifference } from "#lib/schemas/server-config.ts";
import { DifferenceList } from "./difference-list.tsx";

interface RevisionItemProps {
  row: ConfigRevisionRow;
  isCurrent: boolean;
  /** Null for those who may look only. */
  onRestore: (() => void) | null;
}

/** A revision: who, when, why and how much; what it changed, its document, and a way back to it. */
export function RevisionItem({ row, isCurrent, onRestore }: RevisionItemProps) {
  const t = useTranslations("serverConfig.revisions");
  const formats = useFormats();
  const [open, setOpen] = useState(false);
  const { number, savedAt, savedBy, origin, restoredFrom, differenceCount } = row;
  return (
    <li className="space-y-2 px-4 py-2.5 text-compact">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-semibold">{t("name", { number })}</span>
        {isCurrent && <Badge status="success">{t("current")}</Badge>}
        <span className="text-muted">{t("by", { at: formats.dateTime(savedAt), by: savedBy })}</span>
        <span className="text-muted">
          {restoredFrom === null ? t(`origins.${origin}`) : t("restoredFrom", { number: restoredFrom })}
        </span>
        <span className="text-muted tabular-nums">{t("count", { count: differenceCount })}</span>
        <span className="ml-auto flex flex-wrap items-center gap-1">
          <Button
            size="sm"
            variant="flat"
            aria-expanded={open}
            aria-label={t("showOf", { number })}
            onClick={() => setOpen(!open)}
          >
            {t("show")}
          </Button>
          <Button asChild size="sm" variant="flat">
            <a
              href={`/api/server-config/revisions/${number}/document`}
              download
              aria-label={t("downloadOf", { number })}
            >
              {t("download")}
            </a>
          </Button>
          {onRestore && !isCurrent && (
            <Button size="sm" variant="flat" aria-label={t("restoreOf", { number })} onClick={onRestore}>
              {t("restore")}
            </Button>
          )}
        </span>
      </div>
      {open && <RevisionDifference number={number} />}
    </li>
  );
}

function RevisionDifference({ number }: { number: number }) {
  const tCommon = useTranslations("common");
  const { data, error } = useQuery({
    queryKey: ["revision-difference", number],
    queryFn: ({ signal }) => getJson<ShownDifference>(`/api/server-config/revisions/${number}`, signal),
  });
  if (error instanceof RequestError) return <ErrorAlert error={error.error} />;
  return data ? <DifferenceList difference={data} /> : <Spinner label={tCommon("loading")} />;
}
