import { OfferSource } from "#lib/db/generated/enums.ts";
import type { OfferRule } from "#lib/db/generated/enums.ts";
import type {
  OfferComponentRow,
  OfferPlaceInput,
  OfferPlaceKind,
  OfferReleaseRow,
  OfferView,
  SaveOfferInput,
} from "#lib/schemas/offers.ts";

export type Rule = OfferRule | "free";

/** What the form holds of all ways to choose a destination, whichever of them is taken. */
export interface PlaceDraft {
  kind: OfferPlaceKind;
  destinationId: string;
  registryId: string;
  basePath: string;
}

interface RuleChange {
  from: Rule;
  to: Rule;
}

/** What somebody wants otherwise than it is saved; it outlives what is read anew. */
export interface OfferDraft {
  place: PlaceDraft | null;
  readsFrom: OfferSource | null;
  publishOnSave: boolean | null;
  releases: ReadonlyMap<string, boolean>;
  /** By release and component. */
  rules: ReadonlyMap<string, ReadonlyMap<string, RuleChange>>;
}

export const emptyDraft: OfferDraft = {
  place: null,
  readsFrom: null,
  publishOnSave: null,
  releases: new Map(),
  rules: new Map(),
};

/** @param proposedPath for a new base path */
export function placeOf(view: OfferView, draft: OfferDraft, proposedPath: string): PlaceDraft {
  return draft.place ?? savedPlace(view, proposedPath);
}

export function isShared(view: OfferView, place: PlaceDraft): boolean {
  return view.organization === null || place.kind === "shared";
}

/** Nothing can fill itself, so what goes to the shared destination comes from elsewhere. */
export function readsFromOf(view: OfferView, draft: OfferDraft, place: PlaceDraft): OfferSource {
  return isShared(view, place) ? OfferSource.own_registries : (draft.readsFrom ?? view.readsFrom);
}

export function isOffered({ releases }: OfferDraft, release: OfferReleaseRow): boolean {
  return releases.get(release.id) ?? release.isOffered;
}

/** The draft with these releases offered, or not. */
export function turnReleases(draft: OfferDraft, rows: readonly OfferReleaseRow[], on: boolean): OfferDraft {
  const releases = new Map(draft.releases);
  for (const row of rows) {
    if (row.isOffered === on) releases.delete(row.id);
    else releases.set(row.id, on);
  }
  return { ...draft, releases };
}

type Ruled = Pick<OfferComponentRow, "id" | "rule">;

export function ruleOf({ rules }: OfferDraft, releaseId: string, component: Ruled): Rule {
  return rules.get(releaseId)?.get(component.id)?.to ?? component.rule ?? "free";
}

/** The draft with this said of components of a release. */
export function changeRules(
  draft: OfferDraft,
  releaseId: string,
  components: readonly Ruled[],
  to: Rule,
): OfferDraft {
  const changes = new Map(draft.rules.get(releaseId));
  for (const { id, rule } of components) {
    const from = rule ?? "free";
    if (from === to) changes.delete(id);
    else changes.set(id, { from, to });
  }
  const rules = new Map(draft.rules);
  if (changes.size === 0) rules.delete(releaseId);
  else rules.set(releaseId, changes);
  return { ...draft, rules };
}

/** How many components of a release are what, as the draft has it. */
export function countRules(draft: OfferDraft, release: OfferReleaseRow): Record<Rule, number> {
  const counts = {
    required: release.requiredCount,
    withheld: release.withheldCount,
    free: release.componentCount - release.requiredCount - release.withheldCount,
  };
  for (const { from, to } of draft.rules.get(release.id)?.values() ?? []) {
    counts[from]--;
    counts[to]++;
  }
  return counts;
}

export interface OfferChanges {
  offered: string[];
  withdrawn: string[];
  /** By what is to be said of them; of releases that are offered only. */
  rules: Record<Rule, string[]>;
  /** Of the destination and of how it is published. */
  settings: number;
}

export function listChanges(view: OfferView, draft: OfferDraft, proposedPath: string): OfferChanges {
  const rules: Record<Rule, string[]> = { required: [], withheld: [], free: [] };
  for (const release of view.releases) {
    if (!isOffered(draft, release)) continue;
    for (const [id, { to }] of draft.rules.get(release.id) ?? []) rules[to].push(id);
  }
  const turned = (on: boolean) =>
    view.releases.filter(({ id }) => draft.releases.get(id) === on).map(({ id }) => id);
  const place = placeOf(view, draft, proposedPath);
  const differs = [
    !isSamePlace(place, savedPlace(view, proposedPath)),
    readsFromOf(view, draft, place) !== view.readsFrom,
    (draft.publishOnSave ?? view.publishOnSave) !== view.publishOnSave,
  ];
  return { offered: turned(true), withdrawn: turned(false), rules, settings: differs.filter(Boolean).length };
}

export function hasChanges({ offered, withdrawn, rules, settings }: OfferChanges): boolean {
  return offered.length + withdrawn.length + Object.values(rules).flat().length + settings > 0;
}

export function inputOf(view: OfferView, draft: OfferDraft, proposedPath: string): SaveOfferInput {
  const { offered, withdrawn, rules } = listChanges(view, draft, proposedPath);
  const place = placeOf(view, draft, proposedPath);
  return {
    organizationId: view.organization?.id ?? null,
    seen: view.seen,
    place: formatPlace(place),
    readsFrom: readsFromOf(view, draft, place),
    publishOnSave: draft.publishOnSave ?? view.publishOnSave,
    ...{ offered, withdrawn, ...rules },
    confirmed: [],
  };
}

function savedPlace({ organization, place }: OfferView, proposedPath: string): PlaceDraft {
  return {
    kind: organization !== null && place === null ? "shared" : "existing",
    destinationId: place?.id ?? "",
    registryId: "",
    basePath: proposedPath,
  };
}

function formatPlace({ kind, destinationId, registryId, basePath }: PlaceDraft): OfferPlaceInput {
  if (kind === "shared") return { kind };
  return kind === "existing" ? { kind, destinationId } : { kind, registryId, basePath };
}

function isSamePlace(one: PlaceDraft, other: PlaceDraft): boolean {
  return JSON.stringify(formatPlace(one)) === JSON.stringify(formatPlace(other));
}
