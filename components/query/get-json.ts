import { type ErrorView, unreachable } from "#lib/errors.ts";

/** A read that failed, with what the server said of it. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly error: ErrorView;
  readonly status: number;

  constructor(error: ErrorView, status: number, options?: ErrorOptions) {
    super(error.code, options);
    this.error = error;
    this.status = status;
  }
}

/** Whether what is asked for was not there: it has been deleted meanwhile, or is not for this person any more. */
export const isGone = (error: unknown): boolean => error instanceof RequestError && error.status === 404;

/** @throws RequestError, also when a signal fired because time was over; an AbortError when it fired otherwise */
export async function getJson<T>(url: string, signal: AbortSignal): Promise<T> {
  return readJson(() => fetch(url, { signal, cache: "no-store" }), signal);
}

/** For questions that are too long for an address. @throws as `getJson` */
export async function postJson<T>(
  url: string,
  body: unknown,
  signal: AbortSignal,
  { keepalive = false }: { keepalive?: boolean } = {},
): Promise<T> {
  const headers = { "content-type": "application/json" };
  const sent = { method: "POST", headers, body: JSON.stringify(body), signal, keepalive };
  return readJson(() => fetch(url, sent), signal);
}

/** For questions about a text as it is. @throws as `getJson` */
export async function postText<T>(url: string, body: Blob, signal: AbortSignal): Promise<T> {
  const headers = { "content-type": "text/plain; charset=utf-8" };
  return readJson(() => fetch(url, { method: "POST", headers, body, signal }), signal);
}

/** For questions about a file as it is. @throws as `getJson` */
export async function postBytes<T>(url: string, body: Blob, signal: AbortSignal): Promise<T> {
  const headers = { "content-type": "application/octet-stream" };
  return readJson(() => fetch(url, { method: "POST", headers, body, signal }), signal);
}

async function readJson<T>(send: () => Promise<Response>, signal: AbortSignal): Promise<T> {
  let response: Response;
  let body: unknown;
  try {
    response = await send();
    body = await response.json();
  } catch (cause) {
    if (signal.aborted && !isTimeOver(signal.reason)) throw cause;
    throw new RequestError(unreachable, 0, { cause });
  }
  if (response.ok) return body as T;
  // A proxy in between has errors of its own.
  const { error = unreachable } = body as { error?: ErrorView };
  throw new RequestError(error, response.status);
}

const isTimeOver = (reason: unknown): boolean =>
  reason instanceof DOMException && reason.name === "TimeoutError";
