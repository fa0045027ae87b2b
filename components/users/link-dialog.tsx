"use client";

import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { Code } from "#components/ui/code.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { UserLink } from "#lib/schemas/users.ts";

/** Shows a one-time link, the only time that anybody can. */
export function LinkDialog({ link, onClose }: { link: UserLink | null; onClose: () => void }) {
  const t = useTranslations("users");
  const tCommon = useTranslations("common");
  const formats = useFormats();
  return (
    <Dialog
      open={link !== null}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={link && t("linkTitle", { name: link.username })}
      footer={
        <DialogClose>
          <Button variant="primary">{t("linkDone")}</Button>
        </DialogClose>
      }
    >
      {link && (
        <div className="space-y-3 pb-2 text-compact">
          <p>{t("linkText", { name: link.username })}</p>
          <div className="flex items-start justify-between gap-3 rounded border border-line bg-sunken p-3">
            <Code className="select-all">{link.url}</Code>
            <CopyButton value={link.url} label={tCommon("copyValue", { value: t("linkLabel") })} labelled />
          </div>
          <p className="text-muted">{t("linkExpires", { time: formats.dateTime(link.expiresAt) })}</p>
        </div>
      )}
    </Dialog>
  );
}
