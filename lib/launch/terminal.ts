import { setTimeout as sleep } from "node:timers/promises";

/** What the launcher says to the person at the terminal: on stdout, apart from the log lines of the processes. */
export function say(sentence: string): void {
  console.log(sentence);
}

/** A launcher on its way up or running. */
export interface Launch {
  /** Ends what was started, pushed as soon as it is; called in the reverse order. */
  closers: (() => Promise<void>)[];
  /** Aborted when the launcher is told to stop. */
  signal: AbortSignal;
  stop: (exitCode: number) => void;
}

/** npm passes on the Ctrl-C that the terminal has already sent to all: the same one does not count twice. */
const sameSignalMs = 1_000;
const settleMs = 10_000;

/**
 * Runs a launcher until it is told to stop; then ends what it started, even where the start was only half-way. A second
 * Ctrl-C ends at once.
 */
export async function runUntilStopped(start: (launch: Launch) => Promise<void>): Promise<void> {
  const closers: Launch["closers"] = [];
  const stopping = new AbortController();
  const { signal } = stopping;
  let stoppedAt = 0;
  const stop = (exitCode: number): void => {
    if (signal.aborted) {
      if (Date.now() - stoppedAt > sameSignalMs) process.exit(exitCode === 0 ? 130 : exitCode);
      return;
    }
    stoppedAt = Date.now();
    stopping.abort();
    void close(closers)
      // A start that was under way fails by this, or sees the signal, and may have begun one more thing.
      .then(() => Promise.race([started, sleep(settleMs)]))
      .then(() => close(closers))
      .then(() => process.exit(exitCode));
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      stop(0);
    });
  }
  const started = start({ closers, signal, stop }).catch((error: unknown) => {
    // Being told to stop makes a start fail, too, but that is no reason to end before all is closed.
    if (signal.aborted) return;
    console.error(error instanceof Error ? error.message : error);
    stop(1);
  });
  await started;
}

async function close(closers: Launch["closers"]): Promise<void> {
  for (let closer = closers.pop(); closer !== undefined; closer = closers.pop()) {
    await closer().catch((error: unknown) => {
      console.error(error);
    });
  }
}
