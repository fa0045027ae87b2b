"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { LeaveGuard } from "#components/forms/leave-guard.tsx";
import { QueryProvider } from "#components/query/query-provider.tsx";
import { Alert } from "#components/ui/alert.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import type { SelectionDetail } from "#lib/schemas/selections.ts";
import { ComponentList } from "./component-list.tsx";
import { MissingNeedsAlert } from "./missing-needs-alert.tsx";
import { SaveBar } from "./save-bar.tsx";
import { SelectionFigures } from "./selection-figures.tsx";
import { SelectionText } from "./selection-text.tsx";
import { useSelectionDraft } from "./use-selection-draft.ts";

interface SelectionEditorProps {
  selection: SelectionDetail;
  mayWrite: boolean;
}

/** Turns the components of a release on and off, as a list or seen as text, and saves that. */
export function SelectionEditor({ selection, mayWrite }: SelectionEditorProps) {
  const t = useTranslations("selections.editor");
  const { components, revision, file, publishOnSave } = selection;
  const draft = useSelectionDraft(components);
  const [view, setView] = useState<"list" | "text">("list");
  const newCount = components.filter(({ isNew }) => isNew).length;
  return (
    <QueryProvider>
      {!mayWrite && (
        <Alert status="info" live="off">
          {t("readOnly")}
        </Alert>
      )}
      {revision === 0 && (
        <Alert status="info" live="off">
          {t("notSaved")}
        </Alert>
      )}
      {newCount > 0 && (
        <Alert status="info" live="off">
          {t("newHelp", { count: newCount })}
        </Alert>
      )}
      <SelectionFigures summary={draft.summary} total={components.length} revision={revision} />
      <MissingNeedsAlert components={components} draft={draft} mayWrite={mayWrite} />
      <Card
        title={t("components")}
        aside={
          <div role="group" aria-label={t("view")} className="flex flex-wrap gap-1">
            <Button
              size="sm"
              variant={view === "list" ? "outline" : "flat"}
              aria-pressed={view === "list"}
              onClick={() => setView("list")}
            >
              {t("asList")}
            </Button>
            <Button
              size="sm"
              variant={view === "text" ? "outline" : "flat"}
              aria-pressed={view === "text"}
              onClick={() => setView("text")}
            >
              {t("asText", { file })}
            </Button>
          </div>
        }
        flush
      >
        {view === "list" ? (
          <ComponentList components={components} draft={draft} mayWrite={mayWrite} />
        ) : (
          <SelectionText selection={selection} on={draft.on} isChanged={draft.isChanged} />
        )}
      </Card>
      {mayWrite && (
        <SaveBar
          selection={selection}
          draft={draft}
          note={publishOnSave ? t("publishOnSave") : null}
          isSaveable={draft.isChanged || revision === 0 || newCount > 0}
        />
      )}
      {draft.isChanged && (
        <LeaveGuard title={t("leaveTitle")} leaveLabel={t("leave")} stayLabel={t("stay")}>
          <p>{t("leaveHelp")}</p>
        </LeaveGuard>
      )}
    </QueryProvider>
  );
}
