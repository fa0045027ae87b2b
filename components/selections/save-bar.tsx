"use client";

import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useAction } from "#components/forms/use-action.ts";
import { Alert } from "#components/ui/alert.tsx";
import { Button } from "#components/ui/button.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { saveSelectionAction } from "#lib/actions/selections.ts";
import type { ErrorView } from "#lib/errors.ts";
import type { SelectionDetail } from "#lib/schemas/selections.ts";
import { usePublishNote } from "./use-publish-note.tsx";
import type { useSelectionDraft } from "./use-selection-draft.ts";

interface SaveBarProps {
  selection: SelectionDetail;
  draft: ReturnType<typeof useSelectionDraft>;
  note: string | null;
  isSaveable: boolean;
}

/** Saves what was turned on and off; always in sight. */
export function SaveBar({ selection, draft, note, isSaveable }: SaveBarProps) {
  const t = useTranslations("selections.editor");
  const tCommon = useTranslations("common");
  const router = useRouter();
  const toast = useToast();
  const publishNote = usePublishNote();
  const { run, pending, error, reset } = useAction(saveSelectionAction);
  const [unpublished, setUnpublished] = useState<ErrorView | null>(null);
  const { organization, release, revision, offered } = selection;
  const { added, removed } = draft.summary;
  const save = () => {
    setUnpublished(null);
    const seen = { organizationId: organization.id, releaseId: release.id, revision, offered };
    void run({ ...seen, turnedOn: added, turnedOff: removed }, (saved) => {
      const name = `${release.name} ${release.version}`;
      toast({
        status: "success",
        title: saved.isChanged
          ? t("saved", { name, revision: saved.revision })
          : t("unchanged", { revision: saved.revision }),
        description: publishNote(saved.published),
      });
      if (saved.published && "error" in saved.published) setUnpublished(saved.published.error);
      draft.discard();
      router.refresh();
    });
  };
  const isOvertaken = error?.code === "selection-changed" || error?.code === "offer-changed";
  return (
    <div className="sticky bottom-0 z-10 space-y-2 rounded border border-line bg-surface px-4 py-2.5 shadow-raised">
      {error && (
        <ErrorAlert
          error={error}
          action={
            isOvertaken && (
              <Button
                size="sm"
                onClick={() => {
                  reset();
                  router.refresh();
                }}
              >
                {t("reload")}
              </Button>
            )
          }
        />
      )}
      {unpublished && (
        <>
          <Alert status="warning" compact>
            {t("publishFailed")}
          </Alert>
          <ErrorAlert error={unpublished} />
        </>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <Button variant="primary" loading={pending} disabled={!isSaveable} onClick={save}>
          {tCommon("save")}
        </Button>
        <Button disabled={!draft.isChanged || pending} onClick={draft.discard}>
          {t("discard")}
        </Button>
        <span role="status" className="text-xs text-muted tabular-nums">
          {t("changes", { added: added.length, removed: removed.length })}
        </span>
        {note !== null && <span className="text-xs text-muted">{note}</span>}
      </div>
    </div>
  );
}
