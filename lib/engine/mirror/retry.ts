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

/** Being told to wait is no sign of a lasting failure, so it is borne more often than other failures. */
const refusalsPerAttempt = 6;

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
  const attempts = cause.code === "rate-limited" ? limits.attempts * refusalsPerAttempt : limits.attempts;
  if (!cause.facts.retryable || attempt >= attempts) return null;
  const backoffMs =
    Math.min(limits.backoffMs * 2 ** (attempt - 1), limits.longestWaitMs) * (0.5 + random / 2);
  const askedMs = cause.facts.retryAfterMs ?? 0;
  if (askedMs > limits.longestWaitMs) return null;
  return Math.max(backoffMs, askedMs * (1 + random / 10));
}

/** Who hears of failed attempts, and what ends the waiting. */
export interface RetryContext {
  readonly signal: AbortSignal;
  readonly onFailedAttempt: (failed: FailedAttempt) => void;
}

/** Bears the failures of one thing that is tried again and again. */
export class Patience {
  readonly #limits: RetryLimits;
  readonly #context: RetryContext;
  #attempt = 1;
  #failures = 0;
  #refusals = 0;

  constructor(limits: RetryLimits, context: RetryContext) {
    this.#limits = limits;
    this.#context = context;
  }

  /** Which attempt is next, from 1. */
  get attempt(): number {
    return this.#attempt;
  }

  /** Forgets what failed: things have gone on since. */
  restore(): void {
    this.#failures = 0;
    this.#refusals = 0;
  }

  /** Waits until another attempt is due. @throws what was thrown, when there is to be none */
  async bear(thrown: unknown): Promise<void> {
    const { signal, onFailedAttempt } = this.#context;
    throwIfAborted(signal);
    if (!(thrown instanceof EngineError)) throw thrown;
    const count = thrown.code === "rate-limited" ? ++this.#refusals : ++this.#failures;
    const waitMs = planRetry(thrown, count, this.#limits, Math.random());
    if (waitMs === null) throw thrown;
    onFailedAttempt({ cause: thrown, attempt: this.#attempt++, nextAttemptAt: Date.now() + waitMs });
    await delay(waitMs, signal);
  }
}

/** Repeats what fails for a passing reason. */
export class Retrier {
  readonly #limits: RetryLimits;

  constructor(limits: RetryLimits) {
    this.#limits = limits;
  }

  begin(context: RetryContext): Patience {
    return new Patience(this.#limits, context);
  }

  async run<Result>(task: () => Promise<Result>, context: RetryContext): Promise<Result> {
    const patience = this.begin(context);
    for (;;) {
      try {
        return await task();
      } catch (error) {
        await patience.bear(error);
      }
    }
  }
}
