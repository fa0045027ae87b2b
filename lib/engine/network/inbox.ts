import type { OnReadOpts, Socket } from "node:net";
import { platformError } from "./dial.ts";

/** Room for several reads of the kernel, so that who is slow gets fewer and larger pieces. */
const slabBytes = 131_072;
/** What is left of a slab is not worth a read. */
const minReadBytes = 32_768;
/** As much is read ahead, before the server has to wait. */
const maxSlabs = 2;

interface Slab {
  readonly bytes: Buffer;
  start: number;
  end: number;
  readonly ours: boolean;
}

/**
 * What has arrived on a connection and is not consumed yet. The kernel writes into the same few slabs again and again:
 * a new buffer for each read would cost more, in garbage collection, than all else that is done with its bytes.
 */
export class Inbox {
  /** For the socket's making. A socket that does without emits its bytes, which are taken as they come. */
  readonly onread: OnReadOpts = {
    buffer: () => this.#offerRoom(),
    callback: (count) => this.#onRead(count),
  };
  readonly #slabs: Slab[] = [];
  readonly #free: Buffer[] = [];
  #socket: Socket | undefined;
  #paused = false;
  #ended = false;
  #failure: { readonly cause: unknown } | null = null;
  #wake: (() => void) | null = null;

  /** Called when anything happens, the end included. */
  onChange: () => void = () => undefined;

  attach(socket: Socket): void {
    this.#socket = socket;
    socket.on("data", (bytes: Buffer) => {
      this.#slabs.push({ bytes, start: 0, end: bytes.byteLength, ours: false });
      if (this.#slabs.length > maxSlabs) {
        this.#paused = true;
        socket.pause();
      }
      this.#changed();
    });
    socket.once("end", () => {
      this.#ended ||= this.#failure === null;
      this.#changed();
    });
    socket.on("error", (error) => this.#fail(error));
    socket.once("close", () => this.#fail(platformError("ERR_STREAM_PREMATURE_CLOSE")));
    if (socket.errored) this.#fail(socket.errored);
    else if (socket.destroyed) this.#fail(platformError("ERR_STREAM_PREMATURE_CLOSE"));
  }

  /** Whether the server has said all that it will say, unread bytes aside. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Why nothing more will come, unread bytes aside. */
  get failure(): { readonly cause: unknown } | null {
    return this.#failure;
  }

  /** Ends this side, unread bytes included. */
  abort(cause: unknown): void {
    this.#slabs.length = 0;
    this.#ended = false;
    this.#failure ??= { cause };
    this.#changed();
  }

  /** Unread bytes, or null. What was peeked at before is void from here on. */
  peek(): Uint8Array | null {
    for (let first = this.#slabs[0]; first !== undefined; first = this.#slabs[0]) {
      if (first.start < first.end) return first.bytes.subarray(first.start, first.end);
      // The kernel may be writing to the last one.
      if (first.ours && this.#slabs.length === 1) return null;
      this.#slabs.shift();
      if (first.ours && this.#free.length < maxSlabs) this.#free.push(first.bytes);
      if (this.#paused && this.#slabs.length <= maxSlabs) {
        this.#paused = false;
        this.#socket?.resume();
      }
    }
    return null;
  }

  /** Takes bytes off the front of what was peeked at, which they stay valid in. */
  consume(count: number): void {
    const [first] = this.#slabs;
    if (first !== undefined) first.start += count;
  }

  /** Resolves when something has happened since. */
  async wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #fail(cause: Error): void {
    if (this.#ended || this.#failure !== null) return;
    this.#failure = { cause };
    this.#changed();
  }

  #changed(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
    this.onChange();
  }

  /** Node asks for it after each read, and for each address that it tries. */
  #offerRoom(): Buffer {
    let last = this.#slabs.at(-1);
    if (last === undefined || last.bytes.byteLength - last.end < minReadBytes) {
      const bytes = this.#free.pop() ?? Buffer.allocUnsafeSlow(slabBytes);
      last = { bytes, start: 0, end: 0, ours: true };
      this.#slabs.push(last);
    }
    return last.bytes.subarray(last.end);
  }

  /** @returns whether there is room for more. A TLS socket may have more all the same. */
  #onRead(count: number): boolean {
    const last = this.#slabs.at(-1);
    if (last === undefined) throw new Error("bytes without a place");
    last.end += count;
    const full = last.bytes.byteLength - last.end < minReadBytes && this.#slabs.length >= maxSlabs;
    // Once full, it is so until something is consumed, whatever else comes meanwhile.
    if (full) this.#paused = true;
    this.#changed();
    return !this.#paused;
  }
}
