import { hasCodeAndFacts } from "#lib/errors.ts";

/**
 * A failure that has a name, or the end that was asked for.
 *
 * @param mayThrow anything else, so that it is tried again
 */
export async function attemptTo<T>(
  stop: AbortSignal,
  mayThrow: boolean,
  work: () => Promise<T>,
): Promise<{ ok: true; value: T } | { ok: false; error: unknown }> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (!stop.aborted && !hasCodeAndFacts(error) && mayThrow) throw error;
    return { ok: false, error };
  }
}
