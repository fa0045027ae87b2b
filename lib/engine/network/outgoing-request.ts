import type { HttpRequest } from "./http-message.ts";

/** A request as it goes over the wire. */
export interface OutgoingRequest {
  readonly method: HttpRequest["method"];
  readonly head: Uint8Array;
  readonly body: Uint8Array | AsyncIterable<Uint8Array> | null;
  readonly bodyBytes: number;
}

/** How a proxy wants it: the target in absolute form, with headers of its own. */
interface Forwarding {
  readonly headers: Readonly<Record<string, string>>;
}

const fieldName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Tabs and visible characters: whatever ends a line would begin a header of its own. */
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * Writes the head of a request. RFC 9112 section 3.
 *
 * @throws TypeError for a header that cannot be sent, and for content whose length is not said
 */
export function formatRequest(request: HttpRequest, proxy: Forwarding | null): OutgoingRequest {
  const { method, url } = request;
  const body = typeof request.body === "string" ? Buffer.from(request.body) : (request.body ?? null);
  const headers = new Map<string, string>([
    ["host", url.host],
    ["connection", "keep-alive"],
    ["user-agent", "drayage"],
  ]);
  for (const [name, value] of Object.entries({ ...request.headers, ...proxy?.headers })) {
    headers.set(name.toLowerCase(), value);
  }
  const bodyBytes = measure(body, headers.get("content-length"));
  // RFC 9110 section 8.6: these are expected to have a body, so that its absence is said.
  if (body !== null || method === "PUT" || method === "POST" || method === "PATCH") {
    headers.set("content-length", String(bodyBytes));
  }
  const path = `${url.pathname}${url.search}`;
  const target = proxy === null ? path : `${url.origin}${path}`;
  const lines = [`${method} ${target} HTTP/1.1`];
  for (const [name, value] of headers) {
    if (!fieldName.test(name) || !fieldValue.test(value))
      throw new TypeError(`header ${name} cannot be sent`);
    lines.push(`${name}: ${value}`);
  }
  return { method, head: Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), body, bodyBytes };
}

function measure(body: OutgoingRequest["body"], announced: string | undefined): number {
  if (body === null) return 0;
  if (body instanceof Uint8Array) return body.byteLength;
  if (announced === undefined || !/^\d{1,15}$/.test(announced))
    throw new TypeError("content of no known length");
  return Number(announced);
}
