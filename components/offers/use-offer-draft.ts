"use client";

import { useMemo, useState } from "react";
import type { OfferComponentRow, OfferReleaseRow, OfferView } from "#lib/schemas/offers.ts";
import {
  changeRules,
  emptyDraft,
  hasChanges,
  listChanges,
  type OfferDraft,
  type PlaceDraft,
  placeOf,
  type Rule,
  turnReleases,
} from "./offer-draft.ts";

/** What is offered as somebody changes it, and what that comes to. */
export function useOfferDraft(view: OfferView, proposedPath: string) {
  const [draft, setDraft] = useState(emptyDraft);
  const changes = useMemo(() => listChanges(view, draft, proposedPath), [view, draft, proposedPath]);
  return {
    draft,
    changes,
    isChanged: hasChanges(changes),
    place: placeOf(view, draft, proposedPath),
    set: (change: Partial<Pick<OfferDraft, "readsFrom" | "publishOnSave">>) =>
      setDraft((now) => ({ ...now, ...change })),
    setPlace: (change: Partial<PlaceDraft>) =>
      setDraft((now) => ({ ...now, place: { ...placeOf(view, now, proposedPath), ...change } })),
    turn: (rows: readonly OfferReleaseRow[], on: boolean) => setDraft((now) => turnReleases(now, rows, on)),
    rule: (releaseId: string, rows: readonly OfferComponentRow[], to: Rule) =>
      setDraft((now) => changeRules(now, releaseId, rows, to)),
    discard: () => setDraft(emptyDraft),
  };
}

export type OfferDraftState = ReturnType<typeof useOfferDraft>;
