import type { Socket } from "node:net";
import type { OutgoingRequest } from "./outgoing-request.ts";
import type { Watchdog } from "./watchdog.ts";

/** What is longer is sent bit by bit, so that the time for the answer does not run while bytes still flow. */
const sliceBytes = 65_536;

/** Writes requests to a connection, as fast as the server takes them. */
export class RequestWriter {
  readonly #socket: Socket;
  readonly #watch: Watchdog;
  #leftBytes = 0;
  /** Writes that the system has not taken yet. */
  #pending = 0;

  /** @param watch ends the connection when the server does not take what was written */
  constructor(socket: Socket, watch: Watchdog) {
    this.#socket = socket;
    this.#watch = watch;
  }

  /** Whether the whole body of the last request was given to the system. */
  get allGiven(): boolean {
    return this.#leftBytes === 0;
  }

  end(): void {
    this.#watch.end();
  }

  /**
   * Resolves once all is written, or the connection is at its end: that may be an early answer's, so it is for the
   * reading side to judge.
   *
   * @throws whatever the body throws; RangeError when it is longer or shorter than it was said to be
   */
  async send({ head, body, bodyBytes }: OutgoingRequest): Promise<void> {
    this.#leftBytes = bodyBytes;
    if (body === null) {
      await this.#write(head);
    } else if (body instanceof Uint8Array) {
      // The head and the first piece in one write.
      this.#socket.cork();
      void this.#write(head);
      let written = this.#give(body.subarray(0, sliceBytes));
      this.#socket.uncork();
      for (let offset = sliceBytes; (await written) && offset < body.byteLength; offset += sliceBytes) {
        written = this.#give(body.subarray(offset, offset + sliceBytes));
      }
    } else {
      void this.#write(head);
      for await (const chunk of body) {
        if (chunk.byteLength > this.#leftBytes) throw new RangeError("more content than was announced");
        if (!(await this.#give(chunk))) return;
      }
      if (this.#leftBytes > 0) throw new RangeError("less content than was announced");
    }
  }

  async #give(bytes: Uint8Array): Promise<boolean> {
    this.#leftBytes -= bytes.byteLength;
    return this.#write(bytes);
  }

  /** Resolves once the system has taken the bytes, so that they may be overwritten; false when it never will. */
  async #write(bytes: Uint8Array): Promise<boolean> {
    this.#pending++;
    this.#watch.start();
    return new Promise((resolve) => {
      this.#socket.write(bytes, (error) => {
        if (--this.#pending === 0) this.#watch.stop();
        resolve(!error && !this.#socket.destroyed);
      });
    });
  }
}
