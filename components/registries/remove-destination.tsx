"use client";

import { Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { ActionDialog } from "#components/forms/action-dialog.tsx";
import { Button } from "#components/ui/button.tsx";
import { deleteDestinationAction } from "#lib/actions/registries.ts";

export function RemoveDestination({ id, path }: { id: string; path: string }) {
  const t = useTranslations("registries");
  return (
    <ActionDialog
      trigger={
        <Button
          variant="flat"
          size="icon"
          aria-label={`${t("deleteDestination")}: ${path}`}
          title={t("deleteDestination")}
        >
          <Trash2 aria-hidden />
        </Button>
      }
      title={t("deleteDestination")}
      confirmLabel={t("deleteDestination")}
      action={deleteDestinationAction}
      input={{ id }}
      doneText={() => t("destinationRemoved", { path })}
    >
      <p className="wrap-anywhere">{t("deleteDestinationConfirm", { path })}</p>
    </ActionDialog>
  );
}
