import { orAbort } from "../oci/abort.ts";
import type { Repository } from "../oci/reference.ts";
import type { TransferCoordinator, TransferKey, TransferLease } from "./transfer-coordinator.ts";

interface BlobState {
  readonly repositories: Set<Repository>;
  /** Settles when the transfer under way ends, either way. */
  transfer: Promise<void> | null;
}

/** Coordinates the transfers of one process. */
export function createInProcessCoordinator(): TransferCoordinator {
  const states = new Map<string, BlobState>();

  function stateOf({ origin, digest }: TransferKey): BlobState {
    const id = `${origin} ${digest}`;
    let state = states.get(id);
    if (!state) {
      state = { repositories: new Set(), transfer: null };
      states.set(id, state);
    }
    return state;
  }

  function lease(state: BlobState): TransferLease {
    const { promise, resolve } = Promise.withResolvers<void>();
    state.transfer = promise;
    const end = () => {
      state.transfer = null;
      resolve();
    };
    return {
      held: true,
      complete(repository) {
        state.repositories.add(repository);
        end();
      },
      release: end,
    };
  }

  return {
    find(key) {
      const { repositories } = stateOf(key);
      return repositories.size > 0 ? [...repositories] : null;
    },
    async acquire(key, { signal, onWait, evenIfKnown = false }) {
      const state = stateOf(key);
      let told = false;
      for (;;) {
        if (state.repositories.size > 0 && !evenIfKnown) {
          return { held: false, repositories: [...state.repositories] };
        }
        if (state.transfer === null) return lease(state);
        if (!told) onWait?.();
        told = true;
        await orAbort(state.transfer, signal);
      }
    },
    record(key, repository) {
      stateOf(key).repositories.add(repository);
    },
    forget(key, repository) {
      stateOf(key).repositories.delete(repository);
    },
  };
}
