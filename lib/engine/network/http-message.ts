export interface HttpRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** May be of another origin than the endpoint's: a token server, a blob store. */
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * An iterable is sent once, so it wants a `content-length` header; each chunk is written before the next is asked for.
   */
  readonly body?: Uint8Array | string | AsyncIterable<Uint8Array>;
  /** Follow redirects of a GET or HEAD; else the redirect is the answer. */
  readonly followRedirects?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Longest answer read where only its meaning matters, such as an error's. */
export const maxErrorBodyBytes = 65_536;

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; repeated headers joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  /** Where the answer came from, after redirects. */
  readonly url: URL;
  /**
   * To be consumed, or ended by `discard`, else its connection stays taken. A chunk is valid until the next one is asked
   * for: who keeps bytes copies them.
   */
  readonly body: AsyncIterable<Uint8Array>;
  /** The whole body, or its first `limitBytes` bytes; then `truncated` is set. */
  read(limitBytes: number): Promise<{ readonly bytes: Uint8Array; readonly truncated: boolean }>;
  /** Gives up the body, keeping the connection when little is left of it. */
  discard(): Promise<void>;
}

/** Reads at most `limitBytes` of a body; leaving the loop early ends the body. */
export async function readLimited(
  body: AsyncIterable<Uint8Array>,
  limitBytes: number,
): Promise<{ bytes: Uint8Array; truncated: boolean }> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(Buffer.from(chunk));
    length += chunk.byteLength;
    if (length > limitBytes) return { bytes: Buffer.concat(chunks).subarray(0, limitBytes), truncated: true };
  }
  return { bytes: Buffer.concat(chunks), truncated: false };
}

/** Seconds or a date, as a wait from `now` in milliseconds; null when absent or meaningless. RFC 9110 section 10.2.3. */
export function parseRetryAfter(value: string | undefined, now: number): number | null {
  const text = value?.trim() ?? "";
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  // A bare number would be taken for a year.
  if (!/^[A-Za-z]{3}/.test(text)) return null;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
