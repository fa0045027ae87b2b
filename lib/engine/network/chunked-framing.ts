import type { Framing } from "./body-framing.ts";
import { malformed } from "./malformed.ts";
import { fieldLine } from "./response-head.ts";

/** A size and its extensions, which are ignored. */
const maxSizeLineBytes = 4_096;
const maxTrailerBytes = 65_536;
const lineFeed = 10;

const sizeLine = /^([0-9a-f]{1,13})(?:[\t ]*;[\t\P{Cc}]*)?$/iu;

/** The chunked coding, RFC 9112 section 7.1. Extensions and trailers are passed over. */
export class ChunkedFraming implements Framing {
  readonly untilClose = false;
  #state: "size" | "data" | "data-end" | "trailer" | "done" = "size";
  #left = 0;
  #line = "";
  #trailerBytes = 0;

  get done(): boolean {
    return this.#state === "done";
  }

  take(bytes: Uint8Array) {
    let used = 0;
    while (this.#state !== "done" && used < bytes.byteLength) {
      if (this.#state === "data") {
        const data = bytes.subarray(used, used + this.#left);
        this.#left -= data.byteLength;
        if (this.#left === 0) this.#state = "data-end";
        return { used: used + data.byteLength, data };
      }
      used += this.#takeLine(bytes.subarray(used));
    }
    return { used, data: null };
  }

  #takeLine(bytes: Uint8Array): number {
    const end = bytes.indexOf(lineFeed) + 1;
    const piece = end === 0 ? bytes : bytes.subarray(0, end);
    this.#line += Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString("latin1");
    if (this.#line.length > this.#maxLineBytes()) throw malformed("a line is too long");
    if (end > 0) {
      if (!this.#line.endsWith("\r\n")) throw malformed("a line ends without CR");
      const line = this.#line.slice(0, -2);
      this.#line = "";
      this.#read(line);
    }
    return piece.byteLength;
  }

  #maxLineBytes(): number {
    if (this.#state === "data-end") return "\r\n".length;
    return this.#state === "size" ? maxSizeLineBytes : maxTrailerBytes - this.#trailerBytes;
  }

  #read(line: string): void {
    if (this.#state === "size") {
      const size = sizeLine.exec(line)?.[1];
      if (size === undefined) throw malformed("no size of a chunk");
      this.#left = Number.parseInt(size, 16);
      this.#state = this.#left === 0 ? "trailer" : "data";
    } else if (line === "") {
      this.#state = this.#state === "trailer" ? "done" : "size";
    } else {
      if (!fieldLine.test(line)) throw malformed("no trailer");
      this.#trailerBytes += line.length + "\r\n".length;
    }
  }
}
