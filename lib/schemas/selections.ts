import { z } from "zod";
import type { ComponentKind, ReleaseKind } from "#lib/db/generated/enums.ts";
import type { ComponentNeeds } from "#lib/domain/catalog/component-needs.ts";
import type { ErrorView } from "#lib/errors.ts";
import { listQuery } from "./list-query.ts";
import { organizationParams } from "./organizations.ts";
import { listLimits } from "./releases.ts";

/** `/organizations/[organization]/selection/[release]` */
export const selectionParams = organizationParams.extend({ release: z.uuid() });
export type SelectionParams = z.output<typeof selectionParams>;

/** `/api/organizations/[organization]/selections/[release]/revisions/[revision]` */
export const revisionParams = selectionParams.extend({ revision: z.coerce.number().int().min(1) });
export type RevisionParams = z.output<typeof revisionParams>;

/** What the one who saves has seen: of anything else it is not known what was meant. */
const seen = {
  organizationId: z.uuid(),
  releaseId: z.uuid(),
  /** The latest revision; 0 while there is none. */
  revision: z.int().min(0),
  /** SHA-256 of what was offered. */
  offered: z.string().regex(/^[a-f0-9]{64}$/),
};

export const saveSelectionInput = z.object({
  ...seen,
  /** Components that are to be other than they were shown. */
  turnedOn: z.array(z.uuid()).max(listLimits.limitLines),
  turnedOff: z.array(z.uuid()).max(listLimits.limitLines),
});
export type SaveSelectionInput = z.output<typeof saveSelectionInput>;

export const restoreSelectionInput = z.object({ ...seen, restoredRevision: z.int().min(1) });
export type RestoreSelectionInput = z.output<typeof restoreSelectionInput>;

export const revisionListQuery = listQuery(["revision"], "desc");
export type RevisionListQuery = z.output<typeof revisionListQuery>;

export const selectionStateQuery = listQuery(["displayName", "name"]);
export type SelectionStateQuery = z.output<typeof selectionStateQuery>;

/** An organization whose selection it is. */
export interface SelectionOwner {
  id: string;
  name: string;
  displayName: string;
}

/** A saved revision, as lists name it. */
interface SavedRevision {
  revision: number;
  savedAt: string;
}

/** An offered release, as far as an organization has chosen of it. */
export interface OfferedRelease {
  id: string;
  kind: ReleaseKind;
  name: string;
  version: string;
  /** What is offered of it, and what of that is on. */
  componentCount: number;
  onCount: number;
  /** Of those that are on and whose size is known. */
  onBytes: number;
  /** Those that are on and whose size is not known. */
  unknownCount: number;
  /** Those that came after the latest revision. */
  newCount: number;
  /** Of those that are on, what the organization has at its destination. */
  publishedCount: number;
  /** Null while nothing is saved: then nothing of it is published. */
  saved: SavedRevision | null;
}

/** What is offered to an organization, release by release. */
export interface SelectionOverview {
  organization: SelectionOwner;
  /** `host[:port][/path]`; null while nobody has chosen one. */
  destination: string | null;
  releases: OfferedRelease[];
}

/** How far an organization has chosen. */
export interface SelectionState extends SelectionOwner {
  isEnabled: boolean;
  offeredCount: number;
  savedCount: number;
  /** When it was saved last, of whichever release. */
  savedAt: string | null;
}

/** A component that may be chosen. */
export interface OfferedComponent {
  id: string;
  kind: ComponentKind;
  /** `host/repository`, as the release names it. */
  source: string;
  tag: string | null;
  digest: string | null;
  part: string;
  sizeBytes: number | null;
  platforms: string[];
  /** It cannot be turned off. */
  isRequired: boolean;
  isOn: boolean;
  /** It came after the latest revision. */
  isNew: boolean;
  /** The organization has it at its destination. */
  isPublished: boolean;
  needs: ComponentNeeds;
}

/** A release that an organization chooses from. */
export interface SelectionDetail {
  organization: SelectionOwner;
  release: { id: string; kind: ReleaseKind; name: string; version: string };
  /** 0 while nothing is saved. */
  revision: number;
  /** SHA-256 of what is offered. */
  offered: string;
  destination: string | null;
  /** As the selection is called as a text. */
  file: string;
  /** What is saved is published at once. */
  publishOnSave: boolean;
  components: OfferedComponent[];
}

/** A line of the selection as text, as it is when its component is on and when it is off. */
export interface SelectionLine {
  /** Null for what no switch changes. */
  componentId: string | null;
  on: string;
  off: string;
}

export interface SelectionText {
  /** As it is called when it is downloaded. */
  file: string;
  /** Joined by line feeds they are the file. */
  lines: SelectionLine[];
}

export interface RevisionRow extends SavedRevision {
  /** Null when it was somebody whose account is gone, or whose name a tenant is not told. */
  savedBy: string | null;
  restoredFrom: number | null;
  onCount: number;
  /** Against the revision before it. */
  addedCount: number;
  removedCount: number;
}

/** What a revision turned on and off against the one before it; bounded, so the counts may say more. */
export interface RevisionChanges {
  added: string[];
  removed: string[];
}

export interface SavedSelection {
  revision: number;
  /** False when all was as it is already: then there is no new revision. */
  isChanged: boolean;
  publish: boolean;
}

export interface RestoredSelection extends SavedSelection {
  /** What was on in the revision and is not offered any more, by name; bounded. */
  leftOut: string[];
  leftOutCount: number;
  /** What was on in the revision and is not in the release any more. */
  goneCount: number;
}

/** A job that saving has started, or why it has not. */
export type PublishOutcome = { job: { id: string; number: number } } | { error: ErrorView } | null;
