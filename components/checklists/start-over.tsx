"use client";

import { RotateCcw } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ActionDialog } from "#components/forms/action-dialog.tsx";
import { Button } from "#components/ui/button.tsx";
import { clearChecklistAction } from "#lib/actions/checklists.ts";
import type { ChecklistInput } from "#lib/schemas/checklists.ts";

interface StartOverProps extends ChecklistInput {
  /** The title of the list. */
  name: string;
  tickedCount: number;
}

/** Takes back all ticks of a list, once somebody has said so. */
export function StartOver({ name, tickedCount, ...place }: StartOverProps) {
  const t = useTranslations("checklists");
  const [open, setOpen] = useState(false);
  // Not `disabled`: it gets the focus back once all is unticked.
  const isIdle = tickedCount === 0;
  return (
    <>
      <Button
        size="sm"
        variant="flat"
        icon={<RotateCcw aria-hidden />}
        aria-disabled={isIdle || undefined}
        aria-label={t("startOverOf", { name })}
        onClick={() => !isIdle && setOpen(true)}
      >
        {t("startOver")}
      </Button>
      <ActionDialog
        open={open}
        onOpenChange={setOpen}
        title={t("startOverTitle", { name })}
        confirmLabel={t("startOverConfirm")}
        action={clearChecklistAction}
        input={place}
        doneText={() => t("startedOver", { name })}
      >
        <p>{t("startOverText", { count: tickedCount })}</p>
        <p>{t("startOverKeeps")}</p>
      </ActionDialog>
    </>
  );
}
