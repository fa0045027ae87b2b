"use client";

import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { Code } from "#components/ui/code.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";

interface SecretDialogProps {
  name: string;
  /** Null: there is none to show. */
  secret: string | null;
  onClose: () => void;
}

/** Shows a secret that was made up, the only time that anybody can. */
export function SecretDialog({ name, secret, onClose }: SecretDialogProps) {
  const t = useTranslations("notifications");
  return (
    <Dialog
      open={secret !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t("secretTitle", { name })}
      footer={
        <DialogClose>
          <Button variant="primary">{t("secretDone")}</Button>
        </DialogClose>
      }
    >
      {secret !== null && (
        <div className="space-y-3 pb-2 text-compact">
          <p>{t("secretText", { name })}</p>
          <div className="flex items-start justify-between gap-3 rounded border border-line bg-sunken p-3">
            <Code className="select-all">{secret}</Code>
            <CopyButton value={secret} label={t("secretLabel")} labelled />
          </div>
        </div>
      )}
    </Dialog>
  );
}
