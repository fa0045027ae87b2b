import { RequestError } from "#components/query/get-json.ts";
import { type ErrorView, unreachable } from "#lib/errors.ts";

/** A connection on which nothing moves for so long is given up. */
const stallMs = 60_000;

interface SliceOptions {
  signal: AbortSignal;
  /** Hears how many bytes of the slice have left the browser. */
  onSent: (bytes: number) => void;
}

/**
 * Sends a part of a file. By XMLHttpRequest: of what `fetch` has sent nothing is known until all of it has arrived.
 *
 * @returns how many bytes of the file the server has then
 * @throws RequestError; an AbortError when the signal fired
 */
export function sendSlice(url: string, slice: Blob, { signal, onSent }: SliceOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let stalled: ReturnType<typeof setTimeout> | undefined;
    const watch = () => {
      clearTimeout(stalled);
      stalled = setTimeout(() => request.abort(), stallMs);
    };
    const abort = () => request.abort();
    signal.addEventListener("abort", abort, { once: true });
    request.upload.addEventListener("progress", ({ loaded }) => {
      watch();
      onSent(loaded);
    });
    request.addEventListener("loadend", () => {
      clearTimeout(stalled);
      signal.removeEventListener("abort", abort);
      if (signal.aborted) reject(new DOMException("stopped", "AbortError"));
      else settle(request, resolve, reject);
    });
    request.open("PATCH", url);
    request.setRequestHeader("content-type", "application/octet-stream");
    watch();
    request.send(slice);
  });
}

function settle(
  { status, responseText }: XMLHttpRequest,
  resolve: (receivedBytes: number) => void,
  reject: (error: RequestError) => void,
): void {
  let body: { receivedBytes: number } | { error: ErrorView };
  try {
    body = JSON.parse(responseText) as typeof body;
  } catch (cause) {
    // A proxy has answered in the panel's place, or nobody.
    reject(new RequestError(unreachable, 0, { cause }));
    return;
  }
  if ("error" in body) reject(new RequestError(body.error, status));
  else resolve(body.receivedBytes);
}
