"use client";

import { Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useAction } from "#components/forms/use-action.ts";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { useToast } from "#components/ui/toast.tsx";
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
  const toast = useToast();
  const { run, error, reset } = useAction(deleteReleaseAction);
  const remove = async () => {
    const result = await run({ id }, () => {
      toast({ status: "success", title: t("deleted", { name }) });
      router.push("/catalog");
    });
    return result.ok;
  };
  return (
    <ConfirmDialog
      trigger={
        <Button variant="danger-outline" icon={<Trash2 aria-hidden />}>
          {tCommon("delete")}
        </Button>
      }
      onOpenChange={reset}
      title={t("deleteTitle")}
      confirmLabel={t("deleteTitle")}
      onConfirm={remove}
    >
      <p>{t("deleteConfirm", { name, count: componentCount })}</p>
      {error && <ErrorAlert error={error} />}
    </ConfirmDialog>
  );
}
