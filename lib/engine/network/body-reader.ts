import type { HttpConnection } from "./http-connection.ts";

/**
 * The body of one answer, as its connection reads it: no copy, no stream between. A chunk lies in the connection's own
 * memory and is valid until the next one is asked for.
 */
export class BodyReader implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #connection: HttpConnection;
  readonly #explain: (error: unknown) => Promise<unknown>;
  #ended = false;

  /** @param explain what to throw for what the connection throws */
  constructor(connection: HttpConnection, explain: (error: unknown) => Promise<unknown>) {
    this.#connection = connection;
    this.#explain = explain;
    if (connection.bodyDone) this.end();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#ended) return { done: true, value: undefined };
    try {
      const value = await this.#connection.read();
      if (value !== null) return { done: false, value };
    } catch (error) {
      this.#ended = true;
      throw await this.#explain(error);
    }
    this.#ended = true;
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  /** Gives up what is unread, and with it the connection. */
  end(error?: Error): void {
    if (this.#ended) return;
    if (error === undefined) {
      this.#ended = true;
      this.#connection.giveUp();
    } else {
      this.#connection.destroy(error);
    }
  }
}
