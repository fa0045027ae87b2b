"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { FormDialog } from "#components/forms/form-dialog.tsx";
import { inputOf } from "#components/offers/offer-draft.ts";
import { PlaceFields } from "#components/offers/place-fields.tsx";
import { useOfferDraft } from "#components/offers/use-offer-draft.ts";
import { getJson, RequestError } from "#components/query/get-json.ts";
import { Alert } from "#components/ui/alert.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { ErrorAlert } from "#components/ui/error-alert.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { saveOfferAction } from "#lib/actions/offers.ts";
import { unreachable } from "#lib/errors.ts";
import type { OrganizationDestinationRow } from "#lib/schemas/container-registry.ts";
import type { OfferChoices, OfferView } from "#lib/schemas/offers.ts";

interface PrivateDestinationProps {
  organization: Pick<OrganizationDestinationRow, "name" | "displayName">;
  onClose: () => void;
}

/** Where an organization publishes to: part of what it is offered, changed as there. */
export function PrivateDestination({ organization, onClose }: PrivateDestinationProps) {
  const t = useTranslations("containerRegistry");
  const { name, displayName } = organization;
  const { data, error } = useQuery({
    queryKey: ["organizations", name, "offer"],
    queryFn: ({ signal }) =>
      getJson<{ view: OfferView; choices: OfferChoices | null }>(`/api/organizations/${name}/offer`, signal),
    // What is changed is the offer as it stood when it was opened.
    gcTime: 0,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });
  if (data?.choices) {
    return <PlaceDialog view={data.view} choices={data.choices} name={displayName} onClose={onClose} />;
  }
  return (
    <Dialog open onOpenChange={onClose} title={t("dialogTitle", { name: displayName })}>
      <div className="pb-3">
        {error ? (
          <ErrorAlert error={error instanceof RequestError ? error.error : unreachable} />
        ) : (
          <Spinner label={t("loading")} />
        )}
      </div>
    </Dialog>
  );
}

interface PlaceDialogProps {
  view: OfferView;
  choices: OfferChoices;
  name: string;
  onClose: () => void;
}

function PlaceDialog({ view, choices, name, onClose }: PlaceDialogProps) {
  const t = useTranslations("containerRegistry");
  const tCommon = useTranslations("common");
  const router = useRouter();
  const toast = useToast();
  const { proposedPath } = choices;
  const { draft, place, setPlace } = useOfferDraft(view, proposedPath);
  return (
    <FormDialog
      open
      onOpenChange={onClose}
      title={t("dialogTitle", { name })}
      submitLabel={tCommon("save")}
      action={() => saveOfferAction(inputOf(view, draft, proposedPath))}
      onDone={() => {
        toast({ status: "success", title: t("dialogSaved", { name }) });
        router.refresh();
      }}
    >
      {(fieldError) => (
        <>
          {!view.isOwn && (
            <Alert status="info" live="off">
              {t("dialogNoOffer")}
            </Alert>
          )}
          <PlaceFields view={view} choices={choices} place={place} set={setPlace} fieldError={fieldError} />
        </>
      )}
    </FormDialog>
  );
}
