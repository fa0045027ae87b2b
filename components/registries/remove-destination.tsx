"use client";

import { Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useAction } from "#components/forms/use-action.ts";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { deleteDestinationAction } from "#lib/actions/registries.ts";

export function RemoveDestination({ id, path }: { id: string; path: string }) {
  const t = useTranslations("registries");
  const router = useRouter();
  const toast = useToast();
  const { run, error, reset } = useAction(deleteDestinationAction);
  const remove = async () => {
    const result = await run({ id }, () => {
      toast({ status: "success", title: t("destinationRemoved", { path }) });
      router.refresh();
    });
    return result.ok;
  };
  return (
    <ConfirmDialog
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
      onOpenChange={reset}
      title={t("deleteDestination")}
      confirmLabel={t("deleteDestination")}
      onConfirm={remove}
    >
      <p className="wrap-anywhere">{t("deleteDestinationConfirm", { path })}</p>
      {error && <ErrorAlert error={error} />}
    </ConfirmDialog>
  );
}
