import { abortError as calledOff } from "../network/abort-error.ts";

/** What every cancelled operation of the engine throws; the signal's own reason is its cause. */
export function abortError(signal: AbortSignal | undefined): Error {
  return calledOff(signal?.reason);
}

/** @throws an Error named `AbortError`, whatever the signal's reason is */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortError(signal);
}

/** The promise's result, unless the signal fires first. The work behind the promise goes on for others. */
export async function orAbort<Result>(
  promise: Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  if (!signal) return promise;
  if (signal.aborted) {
    // Nobody waits for it any more, so its failure is nobody's.
    promise.catch(() => undefined);
    throw abortError(signal);
  }
  return new Promise<Result>((resolve, reject) => {
    const onAbort = () => reject(abortError(signal));
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

/** Waits, or throws as soon as the signal fires. */
export async function delay(ms: number, signal: AbortSignal | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  try {
    await orAbort(new Promise<void>((resolve) => (timer = setTimeout(resolve, ms))), signal);
  } finally {
    clearTimeout(timer);
  }
}
