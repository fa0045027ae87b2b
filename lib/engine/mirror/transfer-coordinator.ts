import type { Digest } from "../oci/digest.ts";
import type { Repository } from "../oci/reference.ts";

/** A blob on its way to a store; all copies that need it wait for one transfer. */
export interface TransferKey {
  /** `origin` of the ContentTarget. */
  readonly origin: string;
  readonly digest: Digest;
}

/** The right to transfer a blob. Whoever holds it must end it with exactly one of `complete` and `release`. */
export interface TransferLease {
  readonly held: true;
  /** Aborted when the lease is lost to another owner; the transfer must stop. */
  readonly signal?: AbortSignal;
  /** The blob now is in `repository`. */
  complete(repository: Repository): Promise<void> | void;
  /** The transfer failed or was cancelled: the next one who waits may try. */
  release(): Promise<void> | void;
}

/** Repositories that hold the blob already. */
interface KnownBlob {
  readonly held: false;
  readonly repositories: readonly Repository[];
}

/** Sees to it that a blob crosses the wire once per target, however many images name it. */
export interface TransferCoordinator {
  /** What is known without waiting, or null. */
  find(key: TransferKey): Promise<readonly Repository[] | null> | readonly Repository[] | null;
  /**
   * The lease, or, after waiting for whoever has it, where the blob is. `onWait` is called once when there is a wait.
   * With `evenIfKnown` what is known is disregarded: it turned out to be wrong.
   */
  acquire(
    key: TransferKey,
    options: {
      readonly signal?: AbortSignal | undefined;
      readonly onWait?: () => void;
      readonly evenIfKnown?: boolean;
    },
  ): Promise<TransferLease | KnownBlob>;
  /** Notes a blob that was found in, or mounted into, a repository. */
  record(key: TransferKey, repository: Repository): Promise<void> | void;
  /** Takes back what was noted: the blob is not in that repository after all. */
  forget(key: TransferKey, repository: Repository): Promise<void> | void;
}
