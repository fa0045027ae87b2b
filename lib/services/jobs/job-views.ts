import type {
  BundleFormat,
  ComponentKind,
  JobEventKind,
  JobKind,
  JobState,
  TaskState,
  Verdict,
} from "#lib/db/generated/enums.ts";
import type { ErrorView } from "#lib/errors.ts";
import type { Page } from "#lib/schemas/list-query.ts";

// What leaves the server about jobs: plain data, the same for pages and routes. Times are ISO 8601.

export type TaskCounts = Record<TaskState, number>;

/** A registry and a path, as a job names them. */
interface JobPlace {
  registryId: string;
  name: string;
  host: string;
  basePath: string;
}

/** What a job with a bundle tells of it. */
export interface BundleShare {
  /** What an export writes or an import reads; null also once it was deleted. */
  bundle: { id: string; name: string } | null;
  /** Name of the store that no worker holds, so that the job cannot go on. */
  waitsForStore: string | null;
  /** How many bytes of the bundle are to be read to prove it, and how many have been. */
  proof: { done: number; total: number } | null;
}

export interface JobSummary extends BundleShare {
  id: string;
  number: number;
  kind: JobKind;
  state: JobState;
  /** A running job that was asked to stop. */
  cancelling: boolean;
  organization: { id: string; name: string; displayName: string } | null;
  /** `source` is where the panel looks for what a release is made of; empty for a list that a person gave. */
  releases: { id: string; name: string; version: string; source: string }[];
  source: JobPlace | null;
  target: (JobPlace & { destinationId: string }) | null;
  startedBy: { id: string; displayName: string } | null;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  tasks: TaskCounts;
  /** Of the blobs that the target lacked: their bytes, and how many of them are done. */
  totalBytes: number;
  doneBytes: number;
  error: ErrorView | null;
}

/** What moves while a job runs: small, sent at each change. */
export interface JobSnapshot extends BundleShare {
  id: string;
  kind: JobKind;
  state: JobState;
  run: number;
  cancelling: boolean;
  /** Images to resolve while planning, and how many are; of a comparison, repositories to list; of a prune, to look into. */
  plan: { total: number; resolved: number };
  tasks: TaskCounts;
  /** Of a comparison: how many images are how. */
  verdicts: Record<Verdict, number>;
  /** Of a comparison: tags beside its images, the repositories that were looked into, and those that could not be. */
  extras: { found: number; listed: number; unlisted: number };
  /** Of a prune: deletions that are planned, and those of them that are over, however they ended. */
  deletions: { total: number; ended: number };
  bytes: {
    /** All distinct blobs that the target lacked when the job was planned. */
    total: number;
    /** Of these, moved, mounted or found there since; never runs backwards. */
    done: number;
    /** Read at the source, repeated bytes included. */
    received: number;
  };
  /** Blobs over all images, by how they came to be at the target. */
  blobs: { present: number; mounted: number; transferred: number };
  /** 0 when nothing moves. */
  bytesPerSecond: number;
  /** Null when it cannot be told. */
  secondsLeft: number | null;
  /** A registry that refuses requests for now, and when the job goes on with it. */
  limited: { registry: string; until: string } | null;
  /** What the plan leaves where it is, over all images. */
  leftOut: {
    /** Layers that may not be redistributed, in so many images. */
    foreignLayers: number;
    foreignBytes: number;
    foreignImages: number;
    platforms: string[];
  };
  notices: JobNotice[];
  startedAt: string | null;
  finishedAt: string | null;
  error: ErrorView | null;
}

/** What a person should know of a job though nothing has failed. */
export interface JobNotice {
  /**
   * Of projects of the Harbor that a job writes to: `missing` ones will be made public before the first image is copied,
   * `created` ones were; `private` ones were there before, and clusters get nothing from them; of `unchecked` ones
   * nothing is known.
   */
  code: `harbor-projects-${"missing" | "created" | "private" | "unchecked"}`;
  /** Of very many not all are named. */
  facts: { registry: string; projects: string[]; count: number };
}

export interface JobDetail extends JobSummary {
  holdAfterPlanning: boolean;
  /** `os/architecture[/variant]`; none means all. */
  platforms: string[];
  referrers: boolean;
  foreignLayers: boolean;
  /** Of a comparison: every manifest and layer at the target is read, too. */
  readBlobs: boolean;
  /** Of an export: how its bundle is written; a null size means one file, a null base that nothing is left out. */
  written: {
    format: BundleFormat;
    /** Names of files that travel along. */
    extraFiles: string[];
    volumeBytes: number | null;
    sign: boolean;
    base: { id: string; name: string } | null;
  } | null;
  /** Of an import: what stands between the destination's base path and the paths of the images. */
  folder: string;
  snapshot: JobSnapshot;
}

/** Of a prune, a repository. */
export interface TaskView {
  id: string;
  position: number;
  kind: ComponentKind;
  /** As the release names it, with its original host. */
  name: string;
  /** `host/repository:tag` where it is read and where it goes; in a bundle without the host. */
  source: string;
  target: string;
  plannedDigest: string | null;
  finalDigest: string | null;
  /** Of a comparison: what was found, and what stands at the target; the planned digest is the source's. */
  verdict: Verdict | null;
  targetDigest: string | null;
  mediaType: string | null;
  platforms: string[];
  /** Platforms that were not asked for. */
  platformsLeftOut: string[];
  /** Layers that may not be redistributed and stay where they are. */
  foreignLayers: number;
  foreignBytes: number;
  /** All distinct blobs of the image, whether the target has them or not. */
  sizeBytes: number | null;
  state: TaskState;
  attempt: number;
  retries: number;
  nextAttemptAt: string | null;
  blobs: { total: number; present: number; mounted: number; transferred: number };
  receivedBytes: number;
  startedAt: string | null;
  finishedAt: string | null;
  /** Why it failed, or why it is tried again. */
  error: ErrorView | null;
}

/** Failed tasks with one cause. */
export interface FailureGroup {
  error: ErrorView;
  count: number;
  /** A few of the tasks, in the order of the list. */
  examples: { taskId: string; name: string; target: string }[];
}

/** A tag that stands at the target without being in the job. */
export interface ExtraView {
  /** `repository:tag` */
  name: string;
  /** `host/repository:tag` */
  reference: string;
  /** The job that put it there, if the reader may see one that did. */
  placedBy: { id: string; number: number } | null;
}

export interface ExtrasPage extends Page<ExtraView> {
  /** Repositories that could not be listed. */
  unlisted: UnlistedGroup[];
}

/** Repositories that could not be listed, for one cause. */
export interface UnlistedGroup {
  error: ErrorView;
  count: number;
  /** A few of them. */
  repositories: string[];
}

/** A line of a job's log. `facts` belong to the code where there is one, else to the kind. */
export interface JobEventView {
  id: string;
  at: string;
  kind: JobEventKind;
  taskId: string | null;
  state: string | null;
  code: string | null;
  facts: Record<string, unknown> | null;
}

/** What a job would copy, before it exists. */
export interface JobPreview {
  images: {
    /** Of the component. */
    id: string;
    kind: ComponentKind;
    /** `host/repository:tag`, as the release names it. */
    original: string;
    /** Where it is read in fact. */
    source: string;
    target: string;
    /** Null until a plan has looked the image up once. */
    sizeBytes: number | null;
  }[];
  /** Different images that would stand under one name: such a job cannot be started. */
  collisions: { target: string; first: string; second: string }[];
  /** Images (`first`) that would be written into what another (`second`) is read from: likewise. */
  overlaps: { target: string; first: string; second: string }[];
}
