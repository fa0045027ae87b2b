import type { BlobOutcome, JobEventKind, TaskState } from "#lib/db/generated/enums.ts";

/** What a claim of a task gives the right to write; a later claim takes it away. */
export interface TaskClaim {
  taskId: string;
  jobId: string;
  attempt: number;
}

/** State and counters of a task as they are; bytes and retries since the last write. */
export interface TaskProgress extends TaskClaim {
  state: TaskState;
  nextAttemptAt: string | null;
  blobsTotal: number;
  blobsPresent: number;
  blobsMounted: number;
  blobsTransferred: number;
  newBytes: number;
  newRetries: number;
  newEvents: number;
}

export interface BlobProgress {
  taskId: string;
  digest: string;
  receivedBytes: number;
  outcome: BlobOutcome | null;
}

export interface EventLine {
  taskId: string;
  /** Position among the new events of its task, from 1. */
  ordinal: number;
  at: string;
  kind: JobEventKind;
  state: string | null;
  code: string | null;
  facts: object | null;
}

export interface JobSpeed {
  jobId: string;
  bytesPerSecond: number;
}

/** All that one write of the recorder carries. */
export interface ProgressBatch {
  tasks: TaskProgress[];
  blobs: BlobProgress[];
  events: EventLine[];
  speeds: JobSpeed[];
}
