import type {
  KeptBy,
  KeptLink,
  PrunedKind,
  PruneRemoves,
  PruneState,
  PruneWhy,
} from "#lib/db/generated/enums.ts";
import type { ErrorView } from "#lib/errors.ts";
import type { Page } from "#lib/schemas/list-query.ts";

// What leaves the server about prunes: plain data. Times are ISO 8601.

/**
 * Whether a registry deletes manifests, as far as earlier prunes at its host have shown. `refused`: its deletion was off
 * when it was last asked.
 */
export type DeletionSupport = "allowed" | "refused" | "unknown";

/** A destination where somebody has what a prune would look at. */
export interface PrunePlace {
  destinationId: string;
  host: string;
  basePath: string;
  /** The organization's offer leads there; of the provider, always. */
  isOffered: boolean;
  /** Images that a prune would look at, and those of them that stay, since others have them there. */
  images: number;
  neededByOthers: number;
  /** Of the others, as far as sizes are known: at most so much is freed, by the registry's own garbage collection. */
  knownBytes: number;
  unknownSizes: number;
  deletion: DeletionSupport;
}

/** An image that a prune would look at: what becomes of it, only its plan tells. */
export interface PrunePreviewRow {
  id: string;
  why: PruneWhy;
  /** `host/repository:tag`, as the release names it; null once no component is known of what was published. */
  original: string | null;
  target: string;
  digest: string;
  sizeBytes: number | null;
  publishedAt: string;
  /** Another organization or the provider has or wants it there, too: it stays, and is this organization's no longer. */
  neededByOthers: boolean;
}

export interface PrunePreview {
  /** Where there is anything to look at; each is a job of its own. */
  places: PrunePlace[];
  /** Of one of them, which the query names; null when there is none. */
  destinationId: string | null;
  rows: Page<PrunePreviewRow>;
}

/** What keeps something. */
export interface KeptReason {
  by: KeptBy;
  /** The tag or digest by which it is kept. */
  name: string;
  /** The manifest that reaches it, and how that does; null when it is named itself. */
  through: { digest: string; as: KeptLink | null } | null;
}

/** A deletion: one request to the registry, planned or done. */
export interface DeletionView {
  id: string;
  /** In the whole job, in the order of the list. */
  repository: string;
  /** `host/repository@digest`, or `host/repository:tag` where only the tag goes. */
  reference: string;
  removes: PruneRemoves;
  digest: string;
  /** Those that go with the manifest; or the one tag. */
  tags: string[];
  kind: PrunedKind;
  /** What takes it along when it goes; null for what was to be removed itself, and then why that was. */
  belongsTo: string | null;
  why: PruneWhy | null;
  /** All its layers, as far as known; other images may share them. */
  sizeBytes: number | null;
  state: PruneState;
  /** Why it stays after all. */
  kept: KeptReason | null;
  error: ErrorView | null;
  endedAt: string | null;
}

/** What was to go, or would have gone with it, and stays. */
export interface KeptView {
  id: string;
  repository: string;
  /** `host/repository@digest` */
  reference: string;
  digest: string;
  tags: string[];
  kept: KeptReason;
  /** For whom; nobody is known for a tag that nobody has published here. Others are named only to who may see all. */
  holders: {
    /** The job's own organization: it is selected. */
    self: boolean;
    provider: boolean;
    others: boolean;
    organizations: { id: string; name: string; displayName: string }[];
  };
}

/** A prune as its page shows it above its lists; moves with the snapshot. */
export interface PruneSummary {
  /** Images that were published and are to go, by what became of them; `open` while that is not known. */
  images: { total: number; open: number; removed: number; released: number; left: number };
  deletions: Record<PruneState, number>;
  /** What stays where it is by the plan. */
  kept: number;
  /** Of the deletions that were planned, as far as sizes are known. */
  knownBytes: number;
  unknownSizes: number;
  deletion: DeletionSupport;
}
