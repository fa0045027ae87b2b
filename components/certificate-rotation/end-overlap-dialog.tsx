import { useTranslations } from "next-intl";
import { ActionDialog } from "#components/forms/action-dialog.tsx";
import { endOverlapAction } from "#lib/actions/rotation.ts";
import type { OverlapView } from "#lib/schemas/rotation.ts";
import { Afterwards } from "./afterwards.tsx";

interface EndOverlapDialogProps {
  certificate: { id: string; name: string };
  successor: string;
  overlaps: readonly OverlapView[];
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Asks before the old certificate is taken out of its lists ahead of its day. */
export function EndOverlapDialog({
  certificate: { id, name },
  successor,
  overlaps,
  open,
  onOpenChange,
}: EndOverlapDialogProps) {
  const t = useTranslations("certificateRotation");
  const tLists = useTranslations("certificates.lists");
  return (
    <ActionDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("endTitle", { name })}
      confirmLabel={t("endConfirm")}
      action={endOverlapAction}
      input={{ certificateId: id }}
      doneText={({ kept }) =>
        kept.length > 0
          ? t("endKept", { lists: kept.map((list) => tLists(list)).join(", ") })
          : t("endDone", { name })
      }
    >
      <p>{t("endText", { successor })}</p>
      <Afterwards lists={overlaps.map(({ list }) => list)} />
    </ActionDialog>
  );
}
