import { orAbort } from "../oci/abort.ts";

interface Run {
  readonly ended: Promise<void>;
  isDone: boolean;
}

/** Runs each task of a name once, however many ask for it; a failed one is run again by the next who asks. */
export class Once {
  readonly #runs = new Map<string, Run>();

  /**
   * @param options.again runs it even if it has been done, though never beside another run
   * @param options.onWait called when there is a wait for another's run
   * @returns what the task gave, or null when another's run has done it
   */
  async run<Result>(
    name: string,
    task: () => Promise<Result>,
    options: { readonly signal: AbortSignal; readonly again?: boolean; readonly onWait?: () => void },
  ): Promise<Result | null> {
    const { signal, again = false, onWait } = options;
    for (let other = this.#runs.get(name); other; other = this.#runs.get(name)) {
      if (!other.isDone) {
        onWait?.();
        await orAbort(other.ended, signal);
      }
      if (other.isDone && !again) return null;
      if (this.#runs.get(name) === other) this.#runs.delete(name);
    }
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const run: Run = { ended, isDone: false };
    this.#runs.set(name, run);
    try {
      const result = await task();
      run.isDone = true;
      return result;
    } catch (error) {
      this.#runs.delete(name);
      throw error;
    } finally {
      end();
    }
  }
}
