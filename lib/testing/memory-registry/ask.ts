import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { request as httpsRequest } from "node:https";

export interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent with a `Content-Length`. */
  readonly body?: string | Uint8Array;
  /** Sent chunked instead. */
  readonly pieces?: readonly (string | Uint8Array)[];
  readonly tls?: { readonly ca: string; readonly cert?: string; readonly key?: string };
}

/** What came back, in whatever state. */
export interface Heard {
  /** 0 when there was no answer. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Why the answer or its body broke off; null when it is whole. */
  readonly error: string | null;
  readonly headAfterMs: number;
  readonly endAfterMs: number;
}

/** One request on a connection of its own, without any of the cleverness of clients. */
export function ask(
  url: string,
  { method = "GET", headers = {}, body, pieces = [], tls }: Question = {},
): Promise<Heard> {
  return new Promise((resolve) => {
    const startedAt = performance.now();
    const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const options = { method, agent: false, ...tls, headers: { connection: "close", ...length, ...headers } };
    const heard = { status: 0, headers: {} as IncomingHttpHeaders, headAfterMs: 0 };
    const chunks: Buffer[] = [];
    const finish = (error: string | null) => {
      resolve({ ...heard, body: Buffer.concat(chunks), error, endAfterMs: performance.now() - startedAt });
    };
    const codeOf = (error: Error) => ("code" in error ? String(error.code) : error.message);
    const request = (url.startsWith("https:") ? httpsRequest : httpRequest)(url, options, (response) => {
      Object.assign(heard, {
        status: response.statusCode ?? 0,
        headers: response.headers,
        headAfterMs: performance.now() - startedAt,
      });
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("end", () => {
        finish(response.complete ? null : "incomplete");
      });
      response.once("error", (error) => {
        finish(codeOf(error));
      });
    });
    request.on("error", (error) => {
      if (heard.status === 0) finish(codeOf(error));
    });
    for (const piece of pieces) request.write(piece);
    request.end(body);
  });
}
