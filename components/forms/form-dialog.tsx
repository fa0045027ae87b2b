"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, useId, useRef } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { Form } from "#components/ui/form.tsx";
import { useFieldErrors } from "#lib/i18n/use-field-errors.ts";
import type { ActionResult } from "#lib/schemas/action-result.ts";
import { readForm } from "./read-form.ts";
import { useAction } from "./use-action.ts";
import { useFocusInvalid } from "./use-focus-invalid.ts";

interface FormDialogProps<Value> {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: string;
  submitLabel: string;
  /** Gets the texts of the fields by name. */
  action: (fields: Record<string, string>) => Promise<ActionResult<Value>>;
  /** The dialog has closed by then. */
  onDone: (value: Value) => void;
  children: (fieldError: (field: string) => string | undefined) => ReactNode;
}

/** A dialog around a short form: what is wrong stands beside its field, and it closes once the action worked. */
export function FormDialog<Value>({
  open,
  onOpenChange,
  title,
  description,
  submitLabel,
  action,
  onDone,
  children,
}: FormDialogProps<Value>) {
  const t = useTranslations("common");
  const id = useId();
  const { run, pending, error, reset } = useAction(action);
  const fieldError = useFieldErrors(error);
  const form = useRef<HTMLFormElement>(null);
  useFocusInvalid(form, error);
  const setOpen = (next: boolean) => {
    if (pending) return;
    reset();
    onOpenChange(next);
  };
  return (
    <Dialog
      open={open}
      onOpenChange={setOpen}
      title={title}
      {...(description !== undefined && { description })}
      footer={
        <>
          <DialogClose>
            <Button>{t("cancel")}</Button>
          </DialogClose>
          <Button type="submit" form={id} variant="primary" loading={pending}>
            {submitLabel}
          </Button>
        </>
      }
    >
      <Form
        ref={form}
        id={id}
        className="space-y-4 pb-2"
        onSubmit={(sent) => {
          void run(readForm(sent), (value) => {
            onOpenChange(false);
            onDone(value);
          });
        }}
      >
        {error && error.code !== "invalid-input" && <ErrorAlert error={error} />}
        {children(fieldError)}
      </Form>
    </Dialog>
  );
}
