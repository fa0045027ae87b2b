/** Runs a command under a signal that Ctrl-C and a service manager's stop set off. */
export async function withInterrupt<Result>(run: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const cancelling = new AbortController();
  const onInterrupt = () => cancelling.abort();
  process.once("SIGINT", onInterrupt).once("SIGTERM", onInterrupt);
  try {
    return await run(cancelling.signal);
  } finally {
    process.off("SIGINT", onInterrupt).off("SIGTERM", onInterrupt);
  }
}
