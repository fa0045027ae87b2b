"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { ActionDialog } from "#components/forms/action-dialog.tsx";
import { getJson } from "#components/query/get-json.ts";
import { QueryFailure } from "#components/query/query-failure.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import { deleteBundleAction } from "#lib/actions/bundles.ts";
import { useFormats } from "#lib/i18n/use-formats.ts";
import type { BundleDetail } from "#lib/services/bundles/bundle-views.ts";
import { bundlesKey } from "./bundles-query.ts";

interface DeleteBundleDialogProps {
  id: string;
  name: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onDeleted: () => void;
}

/** Asks before a bundle's files are removed; names the bundles that would lack them. */
export function DeleteBundleDialog({ id, name, open, onOpenChange, onDeleted }: DeleteBundleDialogProps) {
  const t = useTranslations("bundles.delete");
  return (
    <ActionDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t("title", { name })}
      confirmLabel={t("confirm")}
      action={deleteBundleAction}
      input={{ bundleId: id }}
      doneText={() => t("done", { name })}
      onDone={onDeleted}
    >
      <Losses id={id} />
    </ActionDialog>
  );
}

function Losses({ id }: { id: string }) {
  const t = useTranslations("bundles.delete");
  const tCommon = useTranslations("common");
  const formats = useFormats();
  const { data, error, refetch } = useQuery({
    queryKey: [bundlesKey, id],
    queryFn: ({ signal }) => getJson<BundleDetail>(`/api/bundles/${id}`, signal),
  });
  if (!data && error) return <QueryFailure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Spinner label={tCommon("loading")} />;
  const { files, imageCount, sizeBytes, dependents } = data;
  return (
    <>
      <p>{t("lost", { files: files.length, images: imageCount, size: formats.bytes(sizeBytes ?? 0) })}</p>
      {dependents.length > 0 && (
        <>
          <p className="font-semibold">{t("dependents", { count: dependents.length })}</p>
          <ul className="list-disc pl-5">
            {dependents.map((dependent) => (
              <li key={dependent.id} className="wrap-anywhere">
                {dependent.name}
              </li>
            ))}
          </ul>
        </>
      )}
      <p className="text-muted">{t("kept")}</p>
    </>
  );
}
