"use client";

import { useTranslations } from "next-intl";
import { AlertDialog } from "radix-ui";
import { type ReactNode, useState, useTransition } from "react";
import { Button } from "./button.tsx";
import { classNames } from "./class-names.ts";
import { dialogLook, overlayLook } from "./dialog.tsx";
import { Field } from "./field.tsx";
import { Input } from "./input.tsx";
import { returnFocus } from "./return-focus.ts";

interface ConfirmDialogProps {
  /** The button that asks. Leave it out when `open` is controlled, as from a menu. */
  trigger?: ReactNode;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  /** A question: "Delete harbor-1?" */
  title: ReactNode;
  /** What will be lost, and what stays. */
  children: ReactNode;
  /** Names the deed, never "OK". Null when there is nothing left to ask: then it can only be closed. */
  confirmLabel: string | null;
  /** Names the safe answer where "Cancel" could mean the deed. */
  cancelLabel?: string;
  /** Stays open and busy until it settles; return false to keep the dialog open, as after an error. */
  onConfirm: () => Promise<boolean | undefined> | boolean | undefined;
  /** For what cannot be undone: this text has to be typed first. */
  typeToConfirm?: string;
  /** False for a deed that is large but not harmful. */
  destructive?: boolean;
}

/** Asks before something is destroyed. The safe answer has the focus. */
export function ConfirmDialog({
  trigger,
  open: controlled,
  onOpenChange,
  title,
  children,
  confirmLabel,
  cancelLabel,
  onConfirm,
  typeToConfirm,
  destructive = true,
}: ConfirmDialogProps) {
  const t = useTranslations("common");
  const [own, setOwn] = useState(false);
  const [typed, setTyped] = useState("");
  const [pending, startTransition] = useTransition();
  const open = controlled ?? own;
  const setOpen = (next: boolean) => {
    setTyped("");
    setOwn(next);
    onOpenChange?.(next);
  };
  const confirm = () =>
    startTransition(async () => {
      const done = await onConfirm();
      if (done !== false) setOpen(false);
    });
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => !pending && setOpen(next)}>
      {trigger !== undefined && <AlertDialog.Trigger asChild>{trigger}</AlertDialog.Trigger>}
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={overlayLook} />
        <AlertDialog.Content className={classNames(dialogLook, "max-w-lg")} onCloseAutoFocus={returnFocus}>
          <div className="min-h-0 space-y-3 overflow-y-auto p-5">
            <AlertDialog.Title className="text-lg font-semibold">{title}</AlertDialog.Title>
            <AlertDialog.Description asChild>
              <div className="space-y-2 text-compact">{children}</div>
            </AlertDialog.Description>
            {typeToConfirm !== undefined && (
              <Field label={t("typeToConfirm", { text: typeToConfirm })} required>
                {(control) => (
                  <Input
                    {...control}
                    value={typed}
                    autoComplete="off"
                    onChange={(event) => setTyped(event.target.value)}
                  />
                )}
              </Field>
            )}
          </div>
          <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">
            <AlertDialog.Cancel asChild>
              <Button disabled={pending}>
                {confirmLabel === null ? t("close") : (cancelLabel ?? t("cancel"))}
              </Button>
            </AlertDialog.Cancel>
            {confirmLabel !== null && (
              <Button
                variant={destructive ? "danger" : "primary"}
                loading={pending}
                disabled={typeToConfirm !== undefined && typed !== typeToConfirm}
                onClick={confirm}
              >
                {confirmLabel}
              </Button>
            )}
          </footer>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
