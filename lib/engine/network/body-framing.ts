import { ChunkedFraming } from "./chunked-framing.ts";
import { malformed } from "./malformed.ts";
import type { ResponseHead } from "./response-head.ts";

/** Where a body ends among the bytes of a connection. */
export interface Framing {
  /** Whether the body is at its end. */
  readonly done: boolean;
  /** Whether the end of the connection is the end of the body, too. */
  readonly untilClose: boolean;
  /**
   * Reads on.
   *
   * @returns how many of the bytes it has used, and which of them are content, if any; call it again with the rest
   * @throws Error of code `MALFORMED_RESPONSE`
   */
  take(bytes: Uint8Array): { readonly used: number; readonly data: Uint8Array | null };
}

/**
 * How an answer's body is framed, RFC 9112 section 6.3. Strict where leniency is how answers are smuggled: lengths that
 * disagree or are repeated, a length besides a coding, and codings other than one `chunked` are refused.
 *
 * @throws Error of code `MALFORMED_RESPONSE`
 */
export function frameBody(method: string, { status, minorVersion, headers }: ResponseHead): Framing {
  const { "transfer-encoding": coding, "content-length": length } = headers;
  if (coding !== undefined && (length !== undefined || minorVersion === 0)) {
    throw malformed("an ambiguous length");
  }
  if (coding !== undefined && coding.toLowerCase() !== "chunked") throw malformed("an unknown coding");
  if (length !== undefined && !/^\d{1,15}$/.test(length)) throw malformed("no length");
  if (method === "HEAD" || status < 200 || status === 204 || status === 304) return new LengthFraming(0);
  if (coding !== undefined) return new ChunkedFraming();
  return length === undefined ? endless : new LengthFraming(Number(length));
}

class LengthFraming implements Framing {
  readonly untilClose = false;
  #left: number;

  constructor(length: number) {
    this.#left = length;
  }

  get done(): boolean {
    return this.#left === 0;
  }

  take(bytes: Uint8Array) {
    const used = Math.min(bytes.byteLength, this.#left);
    this.#left -= used;
    return { used, data: used === bytes.byteLength ? bytes : bytes.subarray(0, used) };
  }
}

const endless: Framing = {
  done: false,
  untilClose: true,
  take: (bytes) => ({ used: bytes.byteLength, data: bytes }),
};
