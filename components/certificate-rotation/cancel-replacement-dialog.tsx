import { useTranslations } from "next-intl";
import { useState } from "react";
import { ActionDialog } from "#components/forms/action-dialog.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { cancelReplacementAction } from "#lib/actions/rotation.ts";
import type { TrustList } from "#lib/db/generated/enums.ts";
import type { OverlapView } from "#lib/schemas/rotation.ts";
import { Afterwards } from "./afterwards.tsx";

interface CancelReplacementDialogProps {
  certificate: { id: string; name: string };
  overlaps: readonly OverlapView[];
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Asks before a replacement is taken back, and which lists the new certificate leaves again. */
export function CancelReplacementDialog({
  certificate: { id, name },
  overlaps,
  open,
  onOpenChange,
}: CancelReplacementDialogProps) {
  const t = useTranslations("certificateRotation");
  const tLists = useTranslations("certificates.lists");
  const [kept, setKept] = useState<readonly TrustList[]>([]);
  const present = overlaps.filter(({ hasSuccessor }) => hasSuccessor).map(({ list }) => list);
  const lists = present.filter((list) => !kept.includes(list));
  return (
    <ActionDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("cancelTitle", { name })}
      confirmLabel={t("cancelConfirm")}
      cancelLabel={t("cancelBack")}
      action={cancelReplacementAction}
      input={{ certificateId: id, lists }}
      doneText={() => t("cancelDone", { name })}
    >
      <p>{t("cancelText", { name })}</p>
      {present.map((list) => (
        <Checkbox
          key={list}
          label={tLists(list)}
          checked={lists.includes(list)}
          onChange={({ target }) =>
            setKept(target.checked ? kept.filter((each) => each !== list) : [...kept, list])
          }
        />
      ))}
      {lists.length === 0 ? <p className="text-muted">{t("cancelKeeps")}</p> : <Afterwards lists={lists} />}
    </ActionDialog>
  );
}
