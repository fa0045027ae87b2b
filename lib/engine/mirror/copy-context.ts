import type { PlaceContext } from "./place-context.ts";

/** Of work on the parts of one image, which ends together. */
export interface CopyContext extends PlaceContext {
  /** Ends all that runs under the context's signal. */
  readonly endAll: () => void;
}

/** All results, or the first failure once all the others have ended, too. */
export async function runTogether<Result>(
  context: CopyContext,
  tasks: readonly Promise<Result>[],
): Promise<Result[]> {
  try {
    return await Promise.all(tasks);
  } catch (error) {
    context.endAll();
    await Promise.allSettled(tasks);
    throw error;
  }
}
