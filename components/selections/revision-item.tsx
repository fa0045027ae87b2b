"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { RevisionRow, SelectionDetail } from "#lib/schemas/selections.ts";
import { RestoreRevision } from "./restore-revision.tsx";
import { RevisionChanges } from "./revision-changes.tsx";

interface RevisionItemProps {
  row: RevisionRow;
  selection: Pick<SelectionDetail, "organization" | "release" | "revision" | "offered">;
  /** The reader sees all organizations, and so is told everybody's name. */
  isOutsider: boolean;
  mayWrite: boolean;
}

/** A revision: who, when, what changed, and a way back to it. */
export function RevisionItem({ row, selection, isOutsider, mayWrite }: RevisionItemProps) {
  const t = useTranslations("selections.revisions");
  const formats = useFormats();
  const [open, setOpen] = useState(false);
  const { revision, savedAt, savedBy, restoredFrom, onCount, addedCount, removedCount } = row;
  const isCurrent = revision === selection.revision;
  return (
    <li className="space-y-2 px-4 py-2.5 text-compact">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="font-semibold">{t("name", { revision })}</span>
        {isCurrent && <Badge status="success">{t("current")}</Badge>}
        <span className="text-muted">
          {t("by", {
            at: formats.dateTime(savedAt),
            by: savedBy ?? t(isOutsider ? "unknown" : "provider"),
          })}
        </span>
        <span className="text-muted tabular-nums">
          {t("counts", { on: onCount, added: addedCount, removed: removedCount })}
        </span>
        {restoredFrom !== null && (
          <span className="text-muted">{t("restoredFrom", { revision: restoredFrom })}</span>
        )}
        <span className="ml-auto flex items-center gap-1">
          <Button
            size="sm"
            variant="flat"
            aria-expanded={open}
            aria-label={t("showOf", { revision })}
            onClick={() => setOpen(!open)}
          >
            {t("show")}
          </Button>
          {mayWrite && !isCurrent && <RestoreRevision selection={selection} revision={revision} />}
        </span>
      </div>
      {open && <RevisionChanges selection={selection} row={row} />}
    </li>
  );
}
