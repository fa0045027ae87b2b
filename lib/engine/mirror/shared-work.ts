import { orAbort } from "../oci/abort.ts";

interface Run<Result> {
  readonly result: Promise<Result>;
  readonly ending: AbortController;
  waiting: number;
}

/**
 * Work that several wait for: begun by the first, ended early once nobody waits any more, and begun again by the next
 * who asks when it has failed or was ended.
 */
export class SharedWork<Result> {
  readonly #begin: (signal: AbortSignal) => Promise<Result>;
  #run: Run<Result> | null = null;

  constructor(begin: (signal: AbortSignal) => Promise<Result>) {
    this.#begin = begin;
  }

  /** @throws an Error named `AbortError` as soon as the signal fires; whatever the work throws */
  async wait(signal: AbortSignal): Promise<Result> {
    const run = (this.#run ??= this.#start());
    run.waiting++;
    try {
      return await orAbort(run.result, signal);
    } catch (error) {
      if (run.waiting === 1) {
        if (this.#run === run) this.#run = null;
        run.ending.abort();
      }
      throw error;
    } finally {
      run.waiting--;
    }
  }

  #start(): Run<Result> {
    const ending = new AbortController();
    return { result: this.#begin(ending.signal), ending, waiting: 0 };
  }
}
