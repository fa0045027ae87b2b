"use client";

import { useRouter } from "next/navigation";
import type { ReactNode } from "react";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { useToast } from "#components/ui/toast.tsx";
import type { ActionResult } from "#lib/schemas/action-result.ts";
import { useAction } from "./use-action.ts";

interface ActionDialogProps<Input, Value> {
  /** The button that asks. Leave it out when `open` is controlled, as from a menu. */
  trigger?: ReactNode;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  /** A question. */
  title: string;
  children: ReactNode;
  confirmLabel: string;
  /** Names the safe answer where "Cancel" could mean the deed. */
  cancelLabel?: string;
  destructive?: boolean;
  action: (input: Input) => Promise<ActionResult<Value>>;
  input: Input;
  /** What is said once it is done; left out when `onDone` shows it. */
  doneText?: (value: Value) => string;
  onDone?: (value: Value) => void;
}

/** Asks, then calls an action; says why it failed, or that it worked, and reads the page anew. */
export function ActionDialog<Input, Value>({
  trigger,
  open,
  onOpenChange,
  title,
  children,
  confirmLabel,
  cancelLabel,
  destructive = true,
  action,
  input,
  doneText,
  onDone,
}: ActionDialogProps<Input, Value>) {
  const router = useRouter();
  const toast = useToast();
  const { run, error, reset } = useAction(action);
  const confirm = async () => {
    const result = await run(input, (value) => {
      if (doneText) toast({ status: "success", title: doneText(value) });
      onDone?.(value);
      router.refresh();
    });
    return result.ok;
  };
  return (
    <ConfirmDialog
      trigger={trigger}
      {...(open !== undefined && { open })}
      onOpenChange={(next) => {
        reset();
        onOpenChange?.(next);
      }}
      title={title}
      confirmLabel={confirmLabel}
      {...(cancelLabel !== undefined && { cancelLabel })}
      destructive={destructive}
      onConfirm={confirm}
    >
      {children}
      {error && <ErrorAlert error={error} />}
    </ConfirmDialog>
  );
}
