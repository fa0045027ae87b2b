"use client";

import { useTranslations } from "next-intl";
import { useRouter } from "next/navigation";
import { useRef } from "react";
import { ExamineDialog } from "#components/container-registry/examine-dialog.tsx";
import { useExaminedSave } from "#components/container-registry/use-examined-save.ts";
import { LeaveGuard } from "#components/forms/leave-guard.tsx";
import { useFocusInvalid } from "#components/forms/use-focus-invalid.ts";
import { Card } from "#components/ui/card.tsx";
import { Form } from "#components/ui/form.tsx";
import { useToast } from "#components/ui/toast.tsx";
import { checkContainerRegistryAction } from "#lib/actions/container-registry.ts";
import { saveOfferAction } from "#lib/actions/offers.ts";
import { useFieldErrors } from "#lib/i18n/use-field-errors.ts";
import type { OfferChoices, OfferView } from "#lib/schemas/offers.ts";
import { BehaviourFields } from "./behaviour-fields.tsx";
import { OfferBar } from "./offer-bar.tsx";
import { inputOf, isShared, readsFromOf } from "./offer-draft.ts";
import { PlaceFields } from "./place-fields.tsx";
import { ReleasesCard } from "./releases-card.tsx";
import { useOfferDraft } from "./use-offer-draft.ts";

interface OfferFormProps {
  view: OfferView;
  choices: OfferChoices;
}

/** Changes an offer: where it leads, how it is published, and what it has. */
export function OfferForm({ view, choices }: OfferFormProps) {
  const t = useTranslations("offers");
  const router = useRouter();
  const toast = useToast();
  const form = useRef<HTMLFormElement>(null);
  const { proposedPath } = choices;
  const state = useOfferDraft(view, proposedPath);
  const { draft, place } = state;
  const name = view.organization?.displayName;
  const saving = useExaminedSave({
    send: (confirmed) =>
      saveOfferAction({ ...inputOf(view, draft, proposedPath), confirmed: [...confirmed] }),
    start: (url) => checkContainerRegistryAction({ url }),
    onSaved: () => {
      toast({ status: "success", title: name === undefined ? t("savedForAll") : t("saved", { name }) });
      state.discard();
      router.refresh();
    },
  });
  const { pending, error, reset } = saving;
  const fieldError = useFieldErrors(error);
  useFocusInvalid(form, error);
  return (
    <Form ref={form} className="space-y-5" onSubmit={() => void saving.save()}>
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <Card title={t("place.title")}>
          <PlaceFields
            view={view}
            choices={choices}
            place={place}
            set={(change) => {
              reset();
              state.setPlace(change);
            }}
            fieldError={fieldError}
          />
        </Card>
        <Card title={t("behaviour.title")}>
          <BehaviourFields
            readsFrom={readsFromOf(view, draft, place)}
            publishOnSave={draft.publishOnSave ?? view.publishOnSave}
            isShared={isShared(view, place)}
            error={fieldError("readsFrom")}
            set={state.set}
          />
        </Card>
      </div>
      <ReleasesCard view={view} state={state} mayWrite />
      <ExamineDialog saving={saving} />
      <OfferBar
        state={state}
        isSaveable={state.isChanged || !view.isOwn || view.seen === null}
        pending={pending}
        error={error}
        onReset={reset}
        onDiscard={() => {
          reset();
          state.discard();
        }}
      />
      {state.isChanged && (
        <LeaveGuard title={t("leaveTitle")} leaveLabel={t("leave")} stayLabel={t("stay")}>
          <p>{t("leaveHelp")}</p>
        </LeaveGuard>
      )}
    </Form>
  );
}
