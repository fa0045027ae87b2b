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
/**
 * A registry that wants more patience than this is answered by failing, not by standing still: the longest rest of all
 * requests, and the longest that a refused one waits, or others would rest for what was given up long ago.
 */
export const longestRestMs = 120_000;
/** A rest that grows by less is told of already. */
const worthTellingMs = 1_000;

/**
 * How fast one registry is asked, by all that is asked of it: the limits set for it, and the rests it demands by 429 or
 * Retry-After. Those hold back every request, not only the one refused.
 */
export class Pace {
  /** May be set anew; of layers under way, those keep to it that were limited when they began. */
  limits: PaceLimits;
  readonly #onRest: () => void;
  #share = 1;
  #toldUntil = 0;
  #heldUntil = 0;
  #refusals = 0;
  readonly #requests = new Bucket();
  readonly #bytes = new Bucket();

  /** @param onRest called once for each rest of all requests; `restsUntil` says how long it is */
  constructor(limits: PaceLimits, onRest: () => void = () => undefined) {
    this.limits = limits;
    this.#onRest = onRest;
  }

  /** When requests go on that rest now, in milliseconds since 1970; null when none does. */
  get restsUntil(): number | null {
    return this.#restMs() > 0 ? this.#heldUntil : null;
  }

  /** Of how many equal parts of the limits this process takes one. */
  set share(parts: number) {
    this.#share = Math.max(1, parts);
  }

  /** Waits for a request's turn. */
  async enter(signal: AbortSignal | undefined): Promise<void> {
    const { requestsPerSecond } = this.limits;
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
    const { bytesPerSecond } = this.limits;
    return bytesPerSecond === undefined ? content : this.#slow(content, signal);
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
    if (restMs > restingMs && restMs <= longestRestMs) this.#rest(Date.now() + restMs);
    return Math.max(restMs, this.#restMs());
  }

  /** Notes that the registry answers. */
  answered(): void {
    if (this.#refusals > 0 && this.#restMs() === 0) this.#refusals--;
  }

  #rest(until: number): void {
    this.#heldUntil = until;
    if (until < this.#toldUntil + worthTellingMs) return;
    this.#toldUntil = until;
    this.#onRest();
  }

  #restMs(): number {
    return Math.max(0, this.#heldUntil - Date.now());
  }

  async *#slow(
    content: AsyncIterable<Uint8Array>,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of content) {
      const { bytesPerSecond } = this.limits;
      if (bytesPerSecond !== undefined) {
        await this.#bytes.take(chunk.byteLength, bytesPerSecond / this.#share, signal);
      }
      yield chunk;
    }
  }
}

/** Hands out so much a second, in the order it is asked for. */
class Bucket {
  /** Handed out ahead of time; as an amount, so that a new rate holds for it, too. */
  #owed = 0;
  #owedAt = 0;

  async take(amount: number, perSecond: number, signal: AbortSignal | undefined): Promise<void> {
    const now = performance.now();
    const paid = ((now - this.#owedAt) / 1000) * perSecond;
    const owed = Math.max(this.#owed - paid, (-burstMs / 1000) * perSecond);
    this.#owed = owed + amount;
    this.#owedAt = now;
    if (owed > 0) await delay((owed / perSecond) * 1000, signal);
  }
}
