import { delay } from "./abort.ts";

/** What a registry may be asked for, in all; absent is unlimited. */
export interface PaceLimits {
  readonly requestsPerSecond?: number;
  /** Of layers, both ways together. */
  readonly bytesPerSecond?: number;
}

/** Asked for less than this at once, a limited line is still let through in one go. */
const burstMs = 200;
const firstHoldMs = 1_000;
const longestHoldMs = 60_000;
/** A registry that wants more patience than this is answered by failing, not by standing still. */
const longestObeyedMs = 600_000;

/**
 * How fast one registry is asked, by all that is asked of it: the limits set for it, and the rests it demands by 429 or
 * Retry-After. Those hold back every request, not only the one refused.
 */
export class Pace {
  readonly #limits: PaceLimits;
  #share = 1;
  #heldUntil = 0;
  #refusals = 0;
  readonly #requests = new Bucket();
  readonly #bytes = new Bucket();

  constructor(limits: PaceLimits) {
    this.#limits = limits;
  }

  /** Of how many equal parts of the limits this process takes one. */
  set share(parts: number) {
    this.#share = Math.max(1, parts);
  }

  /** Waits for a request's turn. */
  async enter(signal: AbortSignal | undefined): Promise<void> {
    const { requestsPerSecond } = this.#limits;
    if (requestsPerSecond !== undefined) {
      await this.#requests.take(1, requestsPerSecond / this.#share, signal);
    }
    for (let restMs = this.#restMs(); restMs > 0; restMs = this.#restMs()) {
      // Not all at once when the rest ends.
      await delay(restMs * (1 + Math.random() / 10), signal);
    }
  }

  /** Content held to the limit of bytes; the content itself when there is none. */
  limitBytes(content: AsyncIterable<Uint8Array>, signal: AbortSignal | undefined): AsyncIterable<Uint8Array> {
    const { bytesPerSecond } = this.#limits;
    return bytesPerSecond === undefined ? content : this.#slow(content, bytesPerSecond, signal);
  }

  /**
   * Notes that the registry refused a request for coming too soon.
   *
   * @param askedMs by Retry-After; else the rest doubles with each refusal in a row
   * @returns for how long requests rest now, in milliseconds
   */
  refused(askedMs: number | undefined): number {
    const restingMs = this.#restMs();
    // Requests under way together are refused together, which is one refusal.
    if (restingMs > 0 && askedMs === undefined) return restingMs;
    const restMs = askedMs ?? Math.min(firstHoldMs * 2 ** this.#refusals, longestHoldMs);
    if (restingMs === 0) this.#refusals++;
    if (restMs <= longestObeyedMs) this.#heldUntil = Math.max(this.#heldUntil, Date.now() + restMs);
    return Math.max(restMs, this.#restMs());
  }

  /** Notes that the registry answers. */
  answered(): void {
    if (this.#refusals > 0 && this.#restMs() === 0) this.#refusals--;
  }

  #restMs(): number {
    return Math.max(0, this.#heldUntil - Date.now());
  }

  async *#slow(
    content: AsyncIterable<Uint8Array>,
    bytesPerSecond: number,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of content) {
      await this.#bytes.take(chunk.byteLength, bytesPerSecond / this.#share, signal);
      yield chunk;
    }
  }
}

/** Hands out so much a second, in the order it is asked for. */
class Bucket {
  #freeAt = 0;

  async take(amount: number, perSecond: number, signal: AbortSignal | undefined): Promise<void> {
    const now = performance.now();
    const startsAt = Math.max(this.#freeAt, now - burstMs);
    this.#freeAt = startsAt + (amount / perSecond) * 1000;
    if (startsAt > now) await delay(startsAt - now, signal);
  }
}
