"use client";

import { useTranslations } from "next-intl";
import { ActionDialog } from "#components/forms/action-dialog.tsx";
import { Button } from "#components/ui/button.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { restoreSelectionAction } from "#lib/actions/selections.ts";
import type { RestoredSelection, SelectionDetail } from "#lib/schemas/selections.ts";
import { usePublishNote } from "./use-publish-note.tsx";

interface RestoreRevisionProps {
  selection: Pick<SelectionDetail, "organization" | "release" | "revision" | "offered">;
  /** Which is to come back. */
  revision: number;
}

/** Brings an earlier revision back as the next one. */
export function RestoreRevision({ selection, revision }: RestoreRevisionProps) {
  const t = useTranslations("selections.revisions");
  const toast = useToast();
  const publishNote = usePublishNote();
  const { organization, release, offered, revision: latest } = selection;
  const describe = ({ leftOut, leftOutCount, goneCount }: RestoredSelection) =>
    [
      leftOutCount > 0 && t("leftOut", { names: leftOut.join(", "), more: leftOutCount - leftOut.length }),
      goneCount > 0 && t("gone", { count: goneCount }),
    ]
      .filter((sentence) => sentence !== false)
      .join(" ");
  return (
    <ActionDialog
      trigger={
        <Button size="sm" variant="flat" aria-label={t("restoreOf", { revision })}>
          {t("restore")}
        </Button>
      }
      title={t("restoreTitle", { revision })}
      confirmLabel={t("restore")}
      destructive={false}
      action={restoreSelectionAction}
      input={{
        organizationId: organization.id,
        releaseId: release.id,
        revision: latest,
        offered,
        restoredRevision: revision,
      }}
      onDone={(restored) => {
        const { isChanged, leftOutCount, goneCount, published } = restored;
        toast({
          status: leftOutCount + goneCount > 0 ? "warning" : "success",
          title: isChanged
            ? t("restored", { from: revision, revision: restored.revision })
            : t("restoredSame", { from: revision }),
          description: (
            <>
              {describe(restored)} {publishNote(published)}
            </>
          ),
        });
      }}
    >
      <p>{t("restoreText")}</p>
    </ActionDialog>
  );
}
