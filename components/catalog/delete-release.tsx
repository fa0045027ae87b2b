"use client";

import { Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { ActionDialog } from "#components/forms/action-dialog.tsx";
import { Button } from "#components/ui/button.tsx";
import { deleteReleaseAction } from "#lib/actions/releases.ts";

interface DeleteReleaseProps {
  id: string;
  name: string;
  componentCount: number;
}

export function DeleteRelease({ id, name, componentCount }: DeleteReleaseProps) {
  const t = useTranslations("catalog");
  const tCommon = useTranslations("common");
  const router = useRouter();
  return (
    <ActionDialog
      trigger={
        <Button variant="danger-outline" icon={<Trash2 aria-hidden />}>
          {tCommon("delete")}
        </Button>
      }
      title={t("deleteTitle")}
      confirmLabel={t("deleteTitle")}
      action={deleteReleaseAction}
      input={{ id }}
      doneText={() => t("deleted", { name })}
      onDone={() => router.push("/catalog")}
    >
      <p>{t("deleteConfirm", { name, count: componentCount })}</p>
    </ActionDialog>
  );
}
