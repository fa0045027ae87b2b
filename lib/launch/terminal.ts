/** What the launcher says to the person at the terminal: on stdout, apart from the log lines of the processes. */
export function say(sentence: string): void {
  console.log(sentence);
}

/**
 * Runs a launcher until it is told to stop; then ends what it started, in the reverse order. A second Ctrl-C ends at once.
 * `start` adds to `closers` as it goes, so that a start which fails half-way leaves nothing running.
 */
export async function runUntilStopped(
  start: (closers: (() => Promise<void>)[], stop: (exitCode: number) => void) => Promise<void>,
): Promise<void> {
  const closers: (() => Promise<void>)[] = [];
  const stopping = new AbortController();
  const isStopping = () => stopping.signal.aborted;
  const stop = (exitCode: number): void => {
    if (isStopping()) process.exit(exitCode || 130);
    stopping.abort();
    void close(closers).then(() => process.exit(exitCode));
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      stop(0);
    });
  }
  try {
    await start(closers, stop);
  } catch (error) {
    if (!isStopping()) console.error(error instanceof Error ? error.message : error);
    stop(1);
  }
}

async function close(closers: (() => Promise<void>)[]): Promise<void> {
  for (const closer of closers.toReversed()) {
    await closer().catch((error: unknown) => {
      console.error(error);
    });
  }
}
