import { abortError, throwIfAborted } from "./abort.ts";

/** Lets a bounded number of tasks run at once; the others wait in the order they came. */
export interface Limiter {
  run<Result>(task: () => Promise<Result>, signal?: AbortSignal): Promise<Result>;
}

export function createLimiter(limit: number): Limiter {
  let running = 0;
  const waiting = new Set<() => void>();

  async function enter(signal: AbortSignal | undefined): Promise<void> {
    if (running < limit) {
      running++;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const start = () => {
        signal?.removeEventListener("abort", giveUp);
        resolve();
      };
      const giveUp = () => {
        waiting.delete(start);
        reject(abortError(signal));
      };
      waiting.add(start);
      signal?.addEventListener("abort", giveUp, { once: true });
    });
  }

  function leave(): void {
    const [next] = waiting;
    if (next === undefined) {
      running--;
      return;
    }
    // The place is handed over, so that nobody slips in between.
    waiting.delete(next);
    next();
  }

  return {
    async run(task, signal) {
      throwIfAborted(signal);
      await enter(signal);
      try {
        return await task();
      } finally {
        leave();
      }
    },
  };
}
