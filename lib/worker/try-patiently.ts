import { setTimeout as sleep } from "node:timers/promises";
import { EngineError } from "#lib/engine/oci/errors.ts";

const attempts = 3;
const pauseMs = 1_000;

/** Asks a registry again when it fails in a way that may pass; for the few questions that stand before all others. */
export async function tryPatiently<Answer>(ask: () => Promise<Answer>, signal: AbortSignal): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      const mayPass = error instanceof EngineError && error.facts.retryable;
      if (!mayPass || signal.aborted || attempt === attempts) throw error;
      await sleep(pauseMs * attempt, undefined, { signal }).catch(() => undefined);
    }
  }
}
