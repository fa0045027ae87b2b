"use client";

import { useMemo, useState } from "react";
import type { OfferedComponent } from "#lib/schemas/selections.ts";
import { type Draft, listOn, summarize, turn } from "./draft.ts";
import { findMissingNeeds } from "./missing-needs.ts";

const nothing: Draft = new Map();

/** What is on as somebody turns components on and off, and what that comes to. It outlives what is read anew. */
export function useSelectionDraft(components: readonly OfferedComponent[]) {
  const [draft, setDraft] = useState(nothing);
  const byId = useMemo(() => new Map(components.map((each) => [each.id, each])), [components]);
  const on = useMemo(() => listOn(components, draft), [components, draft]);
  const summary = useMemo(() => summarize(components, on), [components, on]);
  const missing = useMemo(() => findMissingNeeds(components, byId, on), [components, byId, on]);
  return {
    byId,
    on,
    summary,
    missing,
    isChanged: summary.added.length + summary.removed.length > 0,
    set: (rows: readonly OfferedComponent[], wanted: boolean) => setDraft((now) => turn(now, rows, wanted)),
    discard: () => setDraft(nothing),
  };
}
