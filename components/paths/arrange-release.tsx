"use client";

import { useQuery } from "@tanstack/react-query";
import { Route } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useAction } from "#components/forms/use-action.ts";
import { getJson, RequestError } from "#components/query/get-json.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { arrangeReleaseAction } from "#lib/actions/paths.ts";
import type { PlacementChange } from "#lib/schemas/paths.ts";
import { PlacementTable } from "./placement-table.tsx";

/** Applies the rules of now to a release, once it is seen what that changes. */
export function ArrangeRelease({ releaseId }: { releaseId: string }) {
  const t = useTranslations("paths");
  const tCommon = useTranslations("common");
  const [open, setOpen] = useState(false);
  // What was there to change last time may be changed by now.
  const [openings, setOpenings] = useState(0);
  const router = useRouter();
  const toast = useToast();
  const { run, pending, error, reset } = useAction(arrangeReleaseAction);
  const changes = useQuery({
    queryKey: ["placements", releaseId, openings],
    queryFn: ({ signal }) => getJson<PlacementChange[]>(`/api/releases/${releaseId}/placements`, signal),
    enabled: open,
    gcTime: 0,
  });
  const apply = () =>
    void run({ releaseId }, ({ count }) => {
      toast({ status: "success", title: t("arranged", { count }) });
      setOpen(false);
      router.refresh();
    });
  const failure = error ?? (changes.error instanceof RequestError ? changes.error.error : null);
  const count = changes.data?.length ?? 0;
  return (
    <Dialog
      trigger={<Button icon={<Route aria-hidden />}>{t("arrange")}</Button>}
      open={open}
      onOpenChange={(next) => {
        reset();
        if (next) setOpenings(openings + 1);
        setOpen(next);
      }}
      title={t("arrangeTitle")}
      description={t("arrangeHelp")}
      size="lg"
      footer={
        <>
          <DialogClose>
            <Button>{tCommon("cancel")}</Button>
          </DialogClose>
          <Button variant="primary" loading={pending} disabled={count === 0} onClick={apply}>
            {t("arrangeCount", { count })}
          </Button>
        </>
      }
    >
      <div className="space-y-3 pb-2">
        {failure && <ErrorAlert error={failure} />}
        {changes.isPending && <Spinner label={tCommon("loading")} />}
        {changes.data && <PlacementTable changes={changes.data} />}
      </div>
    </Dialog>
  );
}
