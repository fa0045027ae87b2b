import { setTimeout as sleep } from "node:timers/promises";

type Body = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** The longest that a timer waits. */
const foreverMs = 2 ** 31 - 1;
const dripsPerSecond = 20;

/** @throws AbortError */
export async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(Math.min(ms, foreverMs), undefined, { signal });
}

/** The first `count` bytes. */
export async function* takeBytes(body: Body, count: number): AsyncGenerator<Uint8Array> {
  let left = count;
  if (left <= 0) return;
  for await (const chunk of body) {
    yield chunk.subarray(0, left);
    left -= chunk.byteLength;
    if (left <= 0) return;
  }
}

/** All of it if it has no more than `count` bytes, else `count` bytes and then what `end` throws. */
export async function* limitBytes(body: Body, count: number, end: () => Error): AsyncGenerator<Uint8Array> {
  let left = count;
  for await (const chunk of body) {
    if (left > 0) yield chunk.subarray(0, left);
    left -= chunk.byteLength;
    if (left < 0) throw end();
  }
}

/** The same length, each byte another. */
export async function* spoilBytes(body: Body): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) yield chunk.map((byte) => byte ^ 0x55);
}

export async function* dripBytes(
  body: Body,
  bytesPerSecond: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const dripBytes = Math.max(1, Math.floor(bytesPerSecond / dripsPerSecond));
  for await (const chunk of body) {
    for (let at = 0; at < chunk.byteLength; at += dripBytes) {
      const drip = chunk.subarray(at, at + dripBytes);
      await wait((drip.byteLength / bytesPerSecond) * 1000, signal);
      yield drip;
    }
  }
}

export async function* pauseBytes(
  body: Body,
  afterBytes: number,
  ms: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let left = afterBytes;
  let paused = false;
  for await (const chunk of body) {
    if (paused || left > chunk.byteLength) {
      yield chunk;
      left -= chunk.byteLength;
      continue;
    }
    if (left > 0) yield chunk.subarray(0, left);
    await wait(ms, signal);
    paused = true;
    yield chunk.subarray(left);
  }
}
