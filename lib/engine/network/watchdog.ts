/** Ends a wait that lasts too long. One timer serves all waits in turn, since most end at once. */
export class Watchdog {
  readonly #timer: NodeJS.Timeout;
  #awake = false;

  constructor(timeoutMs: number, onTimeout: () => void) {
    this.#timer = setTimeout(() => {
      if (this.#awake) onTimeout();
    }, timeoutMs).unref();
  }

  start(): void {
    this.#awake = true;
    this.#timer.refresh();
  }

  stop(): void {
    this.#awake = false;
  }

  /** It cannot be started again. */
  end(): void {
    this.#awake = false;
    clearTimeout(this.#timer);
  }
}
