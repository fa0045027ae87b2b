import { delay, throwIfAborted } from "../oci/abort.ts";
import { EngineError } from "../oci/errors.ts";

export interface RetryLimits {
  readonly attempts: number;
  readonly backoffMs: number;
  readonly longestWaitMs: number;
}

export interface FailedAttempt {
  readonly cause: EngineError;
  /** From 1. */
  readonly attempt: number;
  /** Milliseconds since 1970. */
  readonly nextAttemptAt: number;
}

/**
 * How long to wait after a failed attempt, or null when there is to be no other: the failure is permanent, the attempts
 * are used up, or the registry asks for a longer wait than allowed.
 *
 * @param random of [0, 1): spreads the attempts of many tasks that failed together
 */
export function planRetry(
  cause: EngineError,
  attempt: number,
  limits: RetryLimits,
  random: number,
): number | null {
  if (!cause.facts.retryable || attempt >= limits.attempts) return null;
  const backoffMs =
    Math.min(limits.backoffMs * 2 ** (attempt - 1), limits.longestWaitMs) * (0.5 + random / 2);
  const askedMs = cause.facts.retryAfterMs ?? 0;
  if (askedMs > limits.longestWaitMs) return null;
  return Math.max(backoffMs, askedMs * (1 + random / 10));
}

/** Repeats what fails for a passing reason. Waits that a registry asks for hold back all tasks on that side. */
export class Retrier {
  readonly #limits: RetryLimits;
  readonly #pausedUntil = { source: 0, target: 0 };

  constructor(limits: RetryLimits) {
    this.#limits = limits;
  }

  async run<Result>(
    task: (attempt: number) => Promise<Result>,
    options: { readonly signal: AbortSignal; readonly onFailedAttempt: (failed: FailedAttempt) => void },
  ): Promise<Result> {
    const { signal, onFailedAttempt } = options;
    for (let attempt = 1; ; attempt++) {
      await this.#waitForPause(signal);
      try {
        return await task(attempt);
      } catch (error) {
        throwIfAborted(signal);
        const waitMs =
          error instanceof EngineError ? planRetry(error, attempt, this.#limits, Math.random()) : null;
        if (!(error instanceof EngineError) || waitMs === null) throw error;
        const nextAttemptAt = Date.now() + waitMs;
        const { side, retryAfterMs } = error.facts;
        if (side !== undefined && retryAfterMs !== undefined) {
          this.#pausedUntil[side] = Math.max(this.#pausedUntil[side], nextAttemptAt);
        }
        onFailedAttempt({ cause: error, attempt, nextAttemptAt });
        await delay(waitMs, signal);
      }
    }
  }

  async #waitForPause(signal: AbortSignal): Promise<void> {
    for (;;) {
      const waitMs = Math.max(this.#pausedUntil.source, this.#pausedUntil.target) - Date.now();
      if (waitMs <= 0) return;
      // Not all at once when the pause ends.
      await delay(waitMs + Math.random() * this.#limits.backoffMs, signal);
    }
  }
}
