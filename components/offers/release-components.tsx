"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { getJson, RequestError } from "#components/query/get-json.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogClose } from "#components/ui/dialog.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import type { OfferComponentRow, OfferReleaseRow, OfferView } from "#lib/schemas/offers.ts";
import { ComponentRules } from "./component-rules.tsx";
import type { OfferDraftState } from "./use-offer-draft.ts";

interface ReleaseComponentsProps {
  view: OfferView;
  release: OfferReleaseRow;
  state: OfferDraftState;
  mayWrite: boolean;
}

/** A window with a release's components, which are read when it is opened. */
export function ReleaseComponents({ view, release, state, mayWrite }: ReleaseComponentsProps) {
  const t = useTranslations("offers.components");
  const tCommon = useTranslations("common");
  const [open, setOpen] = useState(false);
  const { organization, seen } = view;
  const base = organization === null ? "/api/offer" : `/api/organizations/${organization.name}/offer`;
  const { data, error } = useQuery({
    queryKey: ["offer-components", organization?.id, release.id, seen],
    queryFn: ({ signal }) => getJson<OfferComponentRow[]>(`${base}/${release.id}`, signal),
    enabled: open,
  });
  const name = `${release.name} ${release.version}`;
  return (
    <Dialog
      trigger={
        <Button variant="flat" size="sm" aria-label={t("openOf", { name })}>
          {t("open")}
        </Button>
      }
      open={open}
      onOpenChange={setOpen}
      size="lg"
      title={t("titleOf", { name })}
      description={t(mayWrite ? "help" : "helpReadOnly")}
      footer={
        <DialogClose>
          <Button variant="primary">{t(mayWrite ? "done" : "close")}</Button>
        </DialogClose>
      }
    >
      {error instanceof RequestError && <ErrorAlert error={error.error} />}
      {data ? (
        <ComponentRules releaseId={release.id} components={data} state={state} mayWrite={mayWrite} />
      ) : (
        !error && <Spinner label={tCommon("loading")} />
      )}
    </Dialog>
  );
}
