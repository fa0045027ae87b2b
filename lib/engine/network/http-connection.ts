import type { Socket } from "node:net";
import { frameBody, type Framing } from "./body-framing.ts";
import { platformError } from "./dial.ts";
import type { Inbox } from "./inbox.ts";
import { malformed } from "./malformed.ts";
import type { OutgoingRequest } from "./outgoing-request.ts";
import { RequestWriter } from "./request-writer.ts";
import { HeadReader, type ResponseHead } from "./response-head.ts";
import { Watchdog } from "./watchdog.ts";

export interface ConnectionLimits {
  /** From the end of the request to the head of the answer; also how long a target may refuse to take more bytes. */
  readonly headersTimeoutMs: number;
  /** Longest silence inside a body. */
  readonly bodyIdleTimeoutMs: number;
}

/** Hears of a connection that it may carry the next exchange, and that it is no more. */
export interface ConnectionKeeper {
  onFree(connection: HttpConnection, head: ResponseHead): void;
  onGone(connection: HttpConnection): void;
}

/** Answers of status 1xx before the real one. */
const maxInformational = 8;

/** One connection, which carries one exchange at a time. */
export class HttpConnection {
  readonly #socket: Socket;
  readonly #inbox: Inbox;
  readonly #writer: RequestWriter;
  readonly #keeper: ConnectionKeeper;
  readonly #headWatch: Watchdog;
  readonly #bodyWatch: Watchdog;
  #answered = false;
  #exchange: { head: ResponseHead; framing: Framing } | null = null;
  #sending: Promise<void> = Promise.resolve();
  #signal: AbortSignal | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #gone = false;

  constructor(socket: Socket, inbox: Inbox, limits: ConnectionLimits, keeper: ConnectionKeeper) {
    this.#socket = socket;
    this.#inbox = inbox;
    this.#keeper = keeper;
    const onTimeout = () => this.destroy(platformError("ETIMEDOUT"));
    this.#writer = new RequestWriter(socket, new Watchdog(limits.headersTimeoutMs, onTimeout));
    this.#headWatch = new Watchdog(limits.headersTimeoutMs, onTimeout);
    this.#bodyWatch = new Watchdog(limits.bodyIdleTimeoutMs, onTimeout);
    inbox.attach(socket);
  }

  /** Whether it has carried an answer, so that its end may be no more than the server's weariness of it. */
  get answered(): boolean {
    return this.#answered;
  }

  /**
   * Sends a request and reads the head of its answer, which may come before all is sent. The body is then to be read to
   * its end, or to be given up.
   *
   * @throws Error with a platform's code, or whatever the request's body throws
   */
  async exchange(request: OutgoingRequest, signal: AbortSignal | undefined): Promise<ResponseHead> {
    this.#signal = signal;
    signal?.addEventListener("abort", this.#onAbort);
    if (signal?.aborted) this.#onAbort();
    let heard = false;
    this.#sending = this.#writer.send(request).then(
      () => {
        if (!heard) this.#headWatch.start();
      },
      (error: unknown) => this.destroy(error),
    );
    try {
      const head = await this.#readHead();
      this.#exchange = { head, framing: frameBody(request.method, head) };
      this.#answered = true;
      return head;
    } catch (error) {
      this.destroy(error);
      throw error;
    } finally {
      heard = true;
      this.#headWatch.stop();
    }
  }

  /** Whether nothing is left to be read. */
  get bodyDone(): boolean {
    return this.#exchange === null || this.#exchange.framing.done;
  }

  /** The next bytes of the body, valid until the next are asked for; null at its end. @throws as `exchange` */
  async read(): Promise<Uint8Array | null> {
    const exchange = this.#exchange;
    if (exchange === null) return null;
    const { framing } = exchange;
    try {
      while (!framing.done) {
        const bytes = this.#inbox.peek() ?? (await this.#await(this.#bodyWatch, framing.untilClose));
        if (bytes === null) break;
        const { used, data } = framing.take(bytes);
        this.#inbox.consume(used);
        if (data !== null) return data;
      }
    } catch (error) {
      this.destroy(error);
      throw error;
    }
    this.#finish(exchange);
    return null;
  }

  /** Ends the exchange; a body that is not at its end ends the connection. */
  giveUp(): void {
    if (this.#exchange !== null) this.#finish(this.#exchange);
  }

  /** Lies idle until `wake`; what then happens to it, or the end of the time, is its end. */
  rest(idleMs: number): void {
    this.#socket.unref();
    const end = () => this.destroy();
    this.#inbox.onChange = end;
    this.#idleTimer = setTimeout(end, idleMs).unref();
    // The end may have come before anybody listened.
    if (!this.#isQuiet()) end();
  }

  wake(): void {
    clearTimeout(this.#idleTimer);
    this.#inbox.onChange = () => undefined;
    this.#socket.ref();
  }

  destroy(error: unknown = platformError("ECONNABORTED")): void {
    if (this.#gone) return;
    this.#gone = true;
    clearTimeout(this.#idleTimer);
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#inbox.abort(error);
    this.#socket.destroy();
    this.#writer.end();
    this.#headWatch.end();
    this.#bodyWatch.end();
    this.#keeper.onGone(this);
  }

  readonly #onAbort = () => this.destroy(this.#signal?.reason);

  async #readHead(): Promise<ResponseHead> {
    for (let informational = 0; informational <= maxInformational; informational++) {
      const reader = new HeadReader();
      while (reader.head === null) {
        const bytes = this.#inbox.peek() ?? (await this.#await(null, false));
        this.#inbox.consume(reader.push(bytes ?? new Uint8Array()));
      }
      if (reader.head.status >= 200) return reader.head;
      if (reader.head.status === 101) throw malformed("another protocol, which nobody asked for");
    }
    // Each of these would prolong the wait for the answer itself.
    throw platformError("ETIMEDOUT");
  }

  /** Bytes as they arrive; null at the end of the connection where that is an end in good order. */
  async #await(watch: Watchdog | null, mayEnd: boolean): Promise<Uint8Array | null> {
    watch?.start();
    try {
      for (;;) {
        const bytes = this.#inbox.peek();
        if (bytes !== null) return bytes;
        if (this.#inbox.failure !== null) throw this.#inbox.failure.cause;
        if (this.#inbox.ended && mayEnd) return null;
        if (this.#inbox.ended) throw platformError("ERR_STREAM_PREMATURE_CLOSE");
        await this.#inbox.wait();
      }
    } finally {
      watch?.stop();
    }
  }

  /** Bytes that nobody asked for would be taken for the next answer. */
  #isQuiet(): boolean {
    return this.#inbox.peek() === null && !this.#inbox.ended && this.#inbox.failure === null;
  }

  #finish({ head, framing }: { head: ResponseHead; framing: Framing }): void {
    this.#exchange = null;
    this.#signal?.removeEventListener("abort", this.#onAbort);
    const whole = framing.done && this.#writer.allGiven;
    if (!whole || !isPersistent(head) || !this.#isQuiet()) return this.destroy();
    void this.#sending.then(() => {
      if (!this.#gone) this.#keeper.onFree(this, head);
    });
  }
}

/** RFC 9112 section 9.3. */
function isPersistent({ minorVersion, headers }: ResponseHead): boolean {
  const options = (headers.connection ?? "")
    .toLowerCase()
    .split(",")
    .map((option) => option.trim());
  return !options.includes("close") && (minorVersion === 1 || options.includes("keep-alive"));
}
