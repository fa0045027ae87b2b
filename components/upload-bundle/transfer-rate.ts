/** Bytes on their way over the last seconds: long enough to be calm, short enough to be true. */
const windowMs = 10_000;

interface Sample {
  readonly atMs: number;
  readonly bytes: number;
}

/** What has been sent, at which moments; the oldest first. */
export type RateSamples = readonly Sample[];

/**
 * Adds what has been sent by now.
 *
 * @param bytes sent in all; less than before when something has to be sent again, which starts the measure anew
 */
export function addSample(samples: RateSamples, bytes: number, atMs: number): RateSamples {
  const last = samples.at(-1);
  if (last !== undefined && bytes < last.bytes) return [{ atMs, bytes }];
  return [...samples.filter((sample) => atMs - sample.atMs <= windowMs), { atMs, bytes }];
}

/** Bytes per second over the samples; null while they tell nothing. */
export function measureRate(samples: RateSamples): number | null {
  const [first, last] = [samples.at(0), samples.at(-1)];
  if (!first || !last || last.atMs - first.atMs < 500) return null;
  const rate = ((last.bytes - first.bytes) / (last.atMs - first.atMs)) * 1000;
  return rate > 0 ? rate : null;
}
