"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import type { ConfigInput, SavedConfig } from "#lib/schemas/server-config.ts";
import { ReviewBody } from "./review-body.tsx";
import { useConfigReview } from "./use-config-review.ts";

interface ReviewDialogProps {
  /** Null while it is closed. */
  input: ConfigInput | null;
  title: string;
  saveLabel: string;
  onClose: () => void;
  onResolve: (input: ConfigInput) => void;
  onSaved: (saved: SavedConfig) => void;
  /** Above the difference. */
  children?: ReactNode;
}

/** Shows what would change before it is saved. */
export function ReviewDialog({
  input,
  title,
  saveLabel,
  onClose,
  onResolve,
  onSaved,
  children,
}: ReviewDialogProps) {
  const tCommon = useTranslations("common");
  const review = useConfigReview(input, onSaved);
  return (
    <Dialog
      open={input !== null}
      onOpenChange={(open) => {
        if (open || review.pending) return;
        review.reset();
        onClose();
      }}
      title={title}
      size="lg"
      footer={
        <>
          <DialogClose>
            <Button>{tCommon("cancel")}</Button>
          </DialogClose>
          <Button
            variant="primary"
            loading={review.pending}
            disabled={!review.isSaveable}
            onClick={() => void review.save()}
          >
            {saveLabel}
          </Button>
        </>
      }
    >
      <div className="space-y-4 pb-2">
        {children}
        {input && <ReviewBody input={input} review={review} onResolve={onResolve} />}
      </div>
    </Dialog>
  );
}
